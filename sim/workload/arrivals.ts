import { type Random, seededRandom } from '../../proxy/host/random.ts';
import { type Instant, instant } from '../../proxy/host/units.ts';
import type { Plan, WorkloadPlan } from '../plan/plan.ts';

/** One planned request. The same instants, users and picks in both worlds, whatever else happens. */
export interface Arrival {
  readonly at: Instant;
  /** Index into plan.workloads. */
  readonly workload: number;
  /** 0-based, below the workload's `users`. */
  readonly user: number;
  /** Uniform in [0, 1): which of the healthy instances the front door gives this request. */
  readonly pick: number;
}

/** Draws are made in blocks of this span, each from a stream of its own, so that a window may begin anywhere. */
const block = 60_000_000;

/** The random root of one replication: every stream of a run hangs below it. */
export function replicationRandom(plan: Plan): Random {
  return seededRandom(plan.seed).fork(`replication/${plan.replication}`);
}

/**
 * Open-loop arrivals of [from, to) in time order. A Poisson process has no memory, so drawing it block by block is exact;
 * `uniform` spaces requests evenly with a random phase per workload.
 */
export function* arrivals(plan: Plan, from: Instant, to: Instant): Generator<Arrival, void> {
  const root = replicationRandom(plan);
  const streams = plan.workloads.map((workload, index) => workloadArrivals(root, workload, index, from, to));
  const heads = streams.map((stream) => stream.next());
  for (;;) {
    let first = -1;
    let earliest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < heads.length; i++) {
      const head = heads[i];
      if (head?.done === false && head.value.at < earliest) {
        earliest = head.value.at;
        first = i;
      }
    }
    const head = heads[first];
    const stream = streams[first];
    if (head === undefined || head.done === true || stream === undefined) return;
    yield head.value;
    heads[first] = stream.next();
  }
}

function* workloadArrivals(
  root: Random,
  workload: WorkloadPlan,
  index: number,
  from: Instant,
  to: Instant,
): Generator<Arrival, void> {
  if (workload.requestsPerSecond <= 0 || workload.users < 1) return;
  const gap = 1_000_000 / workload.requestsPerSecond;
  const phase = workload.arrivals === 'uniform' ? root.fork(`arrivals/${workload.id}/phase`).next() * gap : 0;
  for (let start = Math.floor(from / block) * block; start < to; start += block) {
    const random = root.fork(`arrivals/${workload.id}/${start / block}`);
    const end = start + block;
    let at =
      workload.arrivals === 'uniform'
        ? phase + Math.ceil((start - phase) / gap) * gap
        : start + random.exponential(gap);
    while (at < end) {
      const user = random.below(workload.users);
      const pick = random.next();
      if (at >= to) return;
      if (at >= from) yield { at: instant(at), workload: index, user, pick };
      at += workload.arrivals === 'uniform' ? gap : random.exponential(gap);
    }
  }
}
