import type { Random } from '../../proxy/host/random.ts';
import type { LinkToxic } from '../faults/world.ts';
import type { LinkPlan } from '../plan/plan.ts';
import type { Kernel } from './kernel.ts';
import type { Task } from './life.ts';

/** One direction of one connection over a link: what keeps its messages in order. */
export interface Flow {
  readonly direction: 0 | 1;
  /** Arrival of the latest message: later ones never overtake it. */
  latest: number;
  /** Until when a bandwidth toxic is busy with this flow; Toxiproxy throttles each connection for itself. */
  throttledUntil: number;
}

export const newFlow = (direction: 0 | 1): Flow => ({ direction, latest: 0, throttledUntil: 0 });

/** A toxic at work on a link, and how many messages, dials or connections it touched. */
export interface InstalledToxic {
  readonly toxic: LinkToxic;
  hits: number;
}

/** The network path of one part over one hop: latency, jitter, shared bandwidth, and the toxics on it. */
export class Link {
  readonly plan: LinkPlan;
  readonly #kernel: Kernel;
  readonly #random: Random;
  readonly #busyUntil: [number, number] = [0, 0];
  #toxics: InstalledToxic[] = [];
  #held: Task[] = [];
  #partition: InstalledToxic | undefined = undefined;
  #reset: InstalledToxic | undefined = undefined;

  /** `random` draws jitter. */
  constructor(kernel: Kernel, plan: LinkPlan, random: Random) {
    this.#kernel = kernel;
    this.#random = random;
    this.plan = plan;
  }

  /** Silence both ways now. */
  get silent(): boolean {
    return this.#partition !== undefined;
  }

  /** Connections are reset now. */
  get resetting(): boolean {
    return this.#reset !== undefined;
  }

  /** True when the size of a message matters for its arrival. */
  get paced(): boolean {
    return this.plan.bytesPerSecond !== null || this.#toxics.length > 0;
  }

  install(toxic: LinkToxic): InstalledToxic {
    const installed = { toxic, hits: 0 };
    this.#toxics.push(installed);
    this.#refresh();
    return installed;
  }

  /** Ends a toxic. When the last silence ends, what TCP kept retransmitting goes through, in order. */
  remove(installed: InstalledToxic): void {
    this.#toxics = this.#toxics.filter((other) => other !== installed);
    this.#refresh();
    if (this.silent) return;
    const held = this.#held;
    this.#held = [];
    for (const task of held) task.run();
  }

  /** Keeps `task` until the silence ends. */
  hold(task: Task): void {
    this.countHeld();
    this.#held.push(task);
  }

  /** Something was swallowed by the silence. */
  countHeld(): void {
    if (this.#partition !== undefined) this.#partition.hits += 1;
  }

  /** A connection was reset by the toxic. */
  countReset(): void {
    if (this.#reset !== undefined) this.#reset.hits += 1;
  }

  /** When a message of `bytes` sent now arrives, in microseconds. Draws jitter; keeps the flow's order. */
  arrival(bytes: number, flow: Flow): number {
    const { latency, jitter, bytesPerSecond } = this.plan;
    let at = this.#kernel.now;
    if (bytesPerSecond !== null) {
      const free = Math.max(at, this.#busyUntil[flow.direction]);
      at = free + Math.ceil((bytes * 1_000_000) / bytesPerSecond);
      this.#busyUntil[flow.direction] = at;
    }
    at += latency;
    if (jitter > 0) at += this.#random.below(jitter + 1);
    if (this.#toxics.length > 0) at = this.#delayed(at, bytes, flow);
    if (at < flow.latest) at = flow.latest;
    flow.latest = at;
    return at;
  }

  /**
   * How long a message of `bytes` takes that has a connection of its own (a browser's request, a call of a backend): the
   * same parts, but it waits for nobody.
   */
  delay(bytes: number): number {
    const { latency, jitter, bytesPerSecond } = this.plan;
    let span: number = latency;
    if (bytesPerSecond !== null) span += Math.ceil((bytes * 1_000_000) / bytesPerSecond);
    if (jitter > 0) span += this.#random.below(jitter + 1);
    if (this.#toxics.length === 0) return span;
    return this.#delayed(this.#kernel.now + span, bytes, newFlow(0)) - this.#kernel.now;
  }

  #delayed(undisturbed: number, bytes: number, flow: Flow): number {
    let at = undisturbed;
    for (const installed of this.#toxics) {
      const { toxic } = installed;
      if (toxic.kind === 'latency') {
        installed.hits += 1;
        const spread = toxic.jitter > 0 ? this.#random.below(2 * toxic.jitter + 1) - toxic.jitter : 0;
        at += Math.max(0, toxic.latency + spread);
      } else if (toxic.kind === 'bandwidth') {
        installed.hits += 1;
        at = Math.max(at, flow.throttledUntil) + Math.ceil((bytes * 1_000_000) / toxic.bytesPerSecond);
        flow.throttledUntil = at;
      }
    }
    return at;
  }

  #refresh(): void {
    this.#partition = this.#toxics.find(({ toxic }) => toxic.kind === 'partition');
    this.#reset = this.#toxics.find(({ toxic }) => toxic.kind === 'reset');
  }
}
