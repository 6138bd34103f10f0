import type { Random } from '../../../proxy/host/random.ts';
import type { Plan } from '../../../sim/plan/plan.ts';
import { EventHash } from '../../../sim/virtual/event-hash.ts';
import { EventHeap } from '../../../sim/virtual/event-heap.ts';
import { Life } from '../../../sim/virtual/life.ts';
import { replicationRandom } from '../../../sim/workload/arrivals.ts';

/**
 * The yardstick: the same seven hops per request (arrival, at the service, at the connector, its CPU, the backend, back at
 * the service, back at the user) with the same event queue and the same random draws, each hop a callback that schedules the
 * next: no proxy, no promises, no sessions, no faults.
 */
export function runCallbackChain(plan: Plan): { requests: number; events: number; hash: string } {
  return new CallbackChain(plan).run();
}

class CallbackChain {
  readonly #plan: Plan;
  readonly #heap = new EventHeap();
  readonly #hash = new EventHash();
  readonly #life = new Life();
  readonly #random: Random;
  readonly #cores: number[][];
  #now = 0;
  #order = 0;
  #events = 0;
  #requests = 0;
  readonly #userLatency: number;
  readonly #serviceLatency: number;
  readonly #backendSpan: number;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#random = replicationRandom(plan).fork('chain');
    this.#cores = plan.topology.connectors.map(({ cores }) => new Array<number>(cores).fill(0));
    this.#userLatency = plan.topology.userLink.latency;
    this.#serviceLatency = plan.topology.sites[0]?.serviceLink.latency ?? 0;
    this.#backendSpan = 2 * (plan.topology.sites[0]?.backendLink.latency ?? 0);
  }

  run(): { requests: number; events: number; hash: string } {
    const { horizon } = this.#plan;
    this.#arrive();
    for (let task = this.#heap.pop(); task !== undefined; task = this.#heap.pop()) {
      this.#now = this.#heap.poppedTime;
      this.#events += 1;
      this.#hash.number(this.#now);
      task.run();
      if (this.#now > 2 * horizon) break;
    }
    return { requests: this.#requests, events: this.#events, hash: this.#hash.digest() };
  }

  #after(span: number, run: () => void): void {
    this.#heap.push(this.#now + span, this.#order++, { run }, this.#life);
  }

  /** Queueing and work on one of the connectors' cores. */
  #work(): number {
    const cores = this.#cores[this.#random.below(this.#cores.length)] as number[];
    let core = 0;
    for (let i = 1; i < cores.length; i++) if ((cores[i] as number) < (cores[core] as number)) core = i;
    const demand = this.#plan.topology.connectors[0]?.demand ?? 0;
    const done = Math.round(Math.max(this.#now, cores[core] as number) + this.#random.exponential(demand));
    cores[core] = done;
    return done - this.#now;
  }

  #backend(): number {
    return this.#backendSpan + Math.round(this.#random.exponential(this.#plan.applications[0]?.backend.latency ?? 0));
  }

  #done({ start }: ChainRequest): void {
    this.#requests += 1;
    this.#hash.number(start);
    this.#hash.number(this.#now);
  }

  #arrive(): void {
    const rate = this.#plan.workloads[0]?.requestsPerSecond ?? 1;
    const users = this.#plan.workloads[0]?.users ?? 1;
    const arrival = (): void => {
      const request = { start: this.#now, user: this.#random.below(users) };
      this.#after(this.#userLatency, () => this.#atService(request));
      const gap = Math.round(this.#random.exponential(1_000_000 / rate));
      if (this.#now + gap < this.#plan.horizon) this.#after(gap, arrival);
    };
    this.#after(0, arrival);
  }

  #atService(request: ChainRequest): void {
    this.#after(this.#serviceLatency, () => this.#atConnector(request));
  }

  #atConnector(request: ChainRequest): void {
    this.#after(this.#work(), () => this.#toBackend(request));
  }

  #toBackend(request: ChainRequest): void {
    this.#after(this.#backend(), () => this.#fromBackend(request));
  }

  #fromBackend(request: ChainRequest): void {
    this.#after(this.#serviceLatency, () => this.#backAtService(request));
  }

  #backAtService(request: ChainRequest): void {
    this.#after(this.#userLatency, () => this.#done(request));
  }
}

interface ChainRequest {
  readonly start: number;
  readonly user: number;
}
