import type { Random } from '../host/random.ts';
import type { Micros } from '../host/units.ts';

/**
 * How long to wait before try number `attempt` + 1 (0 = first repeat): uniform in [0, min(cap, base × 2^attempt)].
 * "Full jitter" of Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog 2015: least total work among its variants.
 */
export function fullJitter(attempt: number, base: Micros, cap: Micros, random: Random): Micros {
  return random.below(ceiling(attempt, base, cap) + 1) as Micros;
}

/** min(cap, base × 2^attempt), by doubling: `**` differs in its last bit between V8 versions. */
export function ceiling(attempt: number, base: Micros, cap: Micros): Micros {
  let span: number = base;
  for (let i = 0; i < attempt && span < cap && span > 0; i++) span *= 2;
  return Math.min(span, cap) as Micros;
}
