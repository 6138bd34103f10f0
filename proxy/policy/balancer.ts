import type { Random } from '../host/random.ts';
import type { Instant, Micros } from '../host/units.ts';
import type { Behaviour } from './behaviour.ts';
import type { PeakEwma } from './peak-ewma.ts';

/** What the choice looks at in a member of a group. */
export interface Balanced {
  /** Requests it is working on now. */
  readonly inFlight: number;
  readonly latency: PeakEwma;
  /** When it came (back) into the group; slow start counts from here. */
  readonly joinedAt: Instant;
}

/** Up to this many members all are compared; above it two are drawn (power of two choices, Mitzenmacher 1996). */
const compareAll = 3;
/** Share a newcomer starts with (Envoy slow start: weight = max(10 %, t / window)). */
const slowStartFloor = 0.1;

/** Weight in [0.1, 1] of a member that joined at `joinedAt`; 1 outside the window. */
export function slowStartWeight(joinedAt: Instant, now: Instant, window: Micros): number {
  const age = now - joinedAt;
  if (window <= 0 || age >= window) return 1;
  return Math.max(slowStartFloor, age / window);
}

/**
 * The member that gets the next request; undefined when `eligible` is empty. `random` follows the documentation, each
 * with equal chance (times its slow-start weight); `p2c-peak-ewma` takes the least (in flight + 1) × latency ÷ weight.
 */
export function choose<C extends Balanced>(
  rule: Behaviour['balancer'],
  eligible: readonly C[],
  random: Random,
  now: Instant,
  slowStart: Micros,
): C | undefined {
  const count = eligible.length;
  if (count <= 1) return eligible[0];
  if (rule === 'random')
    return slowStart > 0 ? weighted(eligible, random, now, slowStart) : eligible[random.below(count)];
  if (count <= compareAll) return cheapest(eligible, random, now, slowStart);
  const first = random.below(count);
  const second = (first + 1 + random.below(count - 1)) % count;
  const a = eligible[first] as C;
  const b = eligible[second] as C;
  return cost(b, now, slowStart) < cost(a, now, slowStart) ? b : a;
}

function cost(member: Balanced, now: Instant, slowStart: Micros): number {
  const plain = (member.inFlight + 1) * member.latency.value(now);
  return slowStart > 0 ? plain / slowStartWeight(member.joinedAt, now, slowStart) : plain;
}

/** The least cost; equals share by chance, else the first of the list would get every idle moment. */
function cheapest<C extends Balanced>(eligible: readonly C[], random: Random, now: Instant, slowStart: Micros): C {
  let best = eligible[0] as C;
  let least = cost(best, now, slowStart);
  let ties = 1;
  for (let i = 1; i < eligible.length; i++) {
    const member = eligible[i] as C;
    const here = cost(member, now, slowStart);
    if (here < least) {
      best = member;
      least = here;
      ties = 1;
    } else if (here === least) {
      ties++;
      if (random.below(ties) === 0) best = member;
    }
  }
  return best;
}

function weighted<C extends Balanced>(eligible: readonly C[], random: Random, now: Instant, window: Micros): C {
  let total = 0;
  for (const member of eligible) total += slowStartWeight(member.joinedAt, now, window);
  let left = random.next() * total;
  for (const member of eligible) {
    left -= slowStartWeight(member.joinedAt, now, window);
    if (left < 0) return member;
  }
  return eligible[eligible.length - 1] as C;
}
