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
  const merged = new Arrivals(plan, from, to);
  for (let next = merged.next(); next !== undefined; next = merged.next()) {
    const { at, workload, user, pick } = next;
    yield { at, workload, user, pick };
  }
}

/** The same for the virtual world, which sends millions: `next` moves on and gives the same object for one workload again. */
export class Arrivals {
  readonly #streams: WorkloadArrivals[];
  #last: WorkloadArrivals | undefined = undefined;

  constructor(plan: Plan, from: Instant, to: Instant) {
    const root = replicationRandom(plan);
    this.#streams = plan.workloads
      .map((workload, index) => new WorkloadArrivals(root, workload, index, from, to))
      .filter((stream) => stream.next());
  }

  /** The earliest arrival not given yet, good until the next call; undefined after the last. Ties go to the first workload. */
  next(): Arrival | undefined {
    const streams = this.#streams;
    if (this.#last !== undefined && !this.#last.next()) streams.splice(streams.indexOf(this.#last), 1);
    let first = streams[0];
    for (let i = 1; i < streams.length; i++) {
      const stream = streams[i] as WorkloadArrivals;
      if (stream.at < (first as WorkloadArrivals).at) first = stream;
    }
    this.#last = first;
    return first;
  }
}

/** Arrivals of one workload; the fields are those of the arrival that `next` moved to. */
class WorkloadArrivals implements Arrival {
  readonly workload: number;
  at = 0 as Instant;
  user = 0;
  pick = 0;
  readonly #root: Random;
  readonly #plan: WorkloadPlan;
  readonly #from: number;
  readonly #to: number;
  readonly #gap: number;
  readonly #phase: number;
  #start: number;
  #random: Random | undefined = undefined;
  /** Exact instant of the next arrival of the block. */
  #exact = 0;

  constructor(root: Random, plan: WorkloadPlan, index: number, from: number, to: number) {
    this.#root = root;
    this.#plan = plan;
    this.workload = index;
    this.#from = from;
    this.#to = plan.requestsPerSecond <= 0 || plan.users < 1 ? Number.NEGATIVE_INFINITY : to;
    this.#gap = 1_000_000 / plan.requestsPerSecond;
    this.#phase = plan.arrivals === 'uniform' ? root.fork(`arrivals/${plan.id}/phase`).next() * this.#gap : 0;
    this.#start = Math.floor(from / block) * block;
  }

  /** False after the last. */
  next(): boolean {
    while (this.#start < this.#to) {
      const random = this.#random ?? this.#enter();
      while (this.#exact < this.#start + block) {
        const exact = this.#exact;
        this.user = random.below(this.#plan.users);
        this.pick = random.next();
        if (exact >= this.#to) return false;
        this.#exact = exact + (this.#plan.arrivals === 'uniform' ? this.#gap : random.exponential(this.#gap));
        if (exact < this.#from) continue;
        this.at = instant(exact);
        return true;
      }
      this.#start += block;
      this.#random = undefined;
    }
    return false;
  }

  /** Begins the block at `#start`. */
  #enter(): Random {
    const random = this.#root.fork(`arrivals/${this.#plan.id}/${this.#start / block}`);
    this.#random = random;
    this.#exact =
      this.#plan.arrivals === 'uniform'
        ? this.#phase + Math.ceil((this.#start - this.#phase) / this.#gap) * this.#gap
        : this.#start + random.exponential(this.#gap);
    return random;
  }
}
