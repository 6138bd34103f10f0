import type { Random } from '../../proxy/host/random.ts';
import { type Micros, micros } from '../../proxy/host/units.ts';

/**
 * Rest of a session's life seen at a random instant in equilibrium, when lives are uniform on [from, to] and users sign in
 * again as soon as a session ends. Inspection paradox: long lives are seen more often (density ∝ length), and the instant
 * falls uniformly inside the one seen. Survival: 1 − t/mean for t ≤ from, then (to − t)² / (to² − from²).
 */
export function equilibriumRest(random: Random, life: { readonly from: Micros; readonly to: Micros }): Micros {
  const low = life.from * life.from;
  const seen = Math.sqrt(low + random.next() * (life.to * life.to - low));
  return micros(random.next() * seen);
}
