import { drawOf, type Random } from '../../proxy/host/random.ts';
import type { LinkToxic } from '../faults/world.ts';
import type { LinkPlan } from '../plan/plan.ts';
import { EventKind } from './event-kind.ts';
import { type Kernel, worldLife } from './kernel.ts';
import type { Life, Task } from './life.ts';

/** A message that a bandwidth toxic holds in line. */
interface Waiting {
  readonly task: Task;
  readonly bytes: number;
  readonly life: Life;
}

/** One direction of one connection over a link: what keeps its messages in order. */
export interface Flow {
  /** When the link's own bandwidth has let through what was sent so far. */
  busyUntil: number;
  /** Arrival of the latest message: later ones never overtake it. */
  latest: number;
  /** In line at a bandwidth toxic (Toxiproxy throttles each connection for itself); undefined: none. */
  line: Waiting[] | undefined;
}

export const newFlow = (): Flow => ({ busyUntil: 0, latest: 0, line: undefined });

/** A toxic at work on a link, and how many messages, dials or connections it touched. */
export interface InstalledToxic {
  readonly toxic: LinkToxic;
  hits: number;
}

/** The network path of one part over one hop: latency, jitter, bandwidth of each connection, and the toxics on it. */
export class Link {
  readonly plan: LinkPlan;
  readonly #kernel: Kernel;
  readonly #random: Random;
  /** Names the jitter of messages that are drawn by their ordinal. */
  readonly #family: number;
  #toxics: InstalledToxic[] = [];
  #held = new Set<Task>();
  readonly #lines = new Set<Flow>();
  /** What the narrowest bandwidth toxic lets through; undefined: there is none. */
  #rate: number | undefined = undefined;
  #partition: InstalledToxic | undefined = undefined;
  #reset: InstalledToxic | undefined = undefined;

  /** `random` draws jitter. */
  constructor(kernel: Kernel, plan: LinkPlan, random: Random) {
    this.#kernel = kernel;
    this.#random = random;
    this.#family = random.fork('ordinals').u32();
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
    if (this.#rate === undefined) this.#flushLines();
    if (this.silent || this.#held.size === 0) return;
    const held = this.#held;
    this.#held = new Set();
    for (const task of held) task.run();
  }

  /** Keeps `task`, which waits nowhere else here, until the silence ends or nobody wants it any longer (`letGo`). */
  hold(task: Task): void {
    if (this.#partition !== undefined) this.#partition.hits += 1;
    this.#held.add(task);
  }

  /** Forgets what was held: a silence may last for the rest of a run, and whoever waited gave up long ago. */
  letGo(task: Task): void {
    this.#held.delete(task);
  }

  /** What is held now. */
  get holding(): number {
    return this.#held.size;
  }

  /** A connection was reset by the toxic. */
  countReset(): void {
    if (this.#reset !== undefined) this.#reset.hits += 1;
  }

  /** Sends a message on a flow: `task` runs in `life` when it arrives. Silence keeps it, a bandwidth toxic lines it up. */
  transmit(task: Task, bytes: number, flow: Flow, life: Life): void {
    if (this.silent) this.hold({ run: () => this.transmit(task, bytes, flow, life) });
    else if (this.#rate === undefined) this.#kernel.schedule(this.arrival(bytes, flow), task, life, EventKind.message);
    else this.#lineUp({ task, bytes, life }, flow);
  }

  #lineUp(message: Waiting, flow: Flow): void {
    for (const installed of this.#toxics) if (installed.toxic.kind === 'bandwidth') installed.hits += 1;
    if (flow.line !== undefined) {
      flow.line.push(message);
      return;
    }
    flow.line = [message];
    this.#lines.add(flow);
    this.#serve(flow, flow.line);
  }

  /** Lets the first of the line through once its bytes have passed at the toxic's rate, then the next. */
  #serve(flow: Flow, line: Waiting[]): void {
    const { bytes } = line[0] as Waiting;
    const passed = (): void => {
      if (flow.line !== line) return; // flushed meanwhile
      this.#pass(line.shift() as Waiting, flow);
      if (line.length > 0) this.#serve(flow, line);
      else {
        flow.line = undefined;
        this.#lines.delete(flow);
      }
    };
    const span = Math.ceil((bytes * 1_000_000) / (this.#rate ?? Number.POSITIVE_INFINITY));
    this.#kernel.schedule(this.#kernel.now + span, { run: passed }, worldLife);
  }

  #pass({ task, bytes, life }: Waiting, flow: Flow): void {
    if (this.silent) this.hold({ run: () => this.transmit(task, bytes, flow, life) });
    else this.#kernel.schedule(this.arrival(bytes, flow), task, life, EventKind.message);
  }

  /** The toxic is gone: what stood in line goes on at once. */
  #flushLines(): void {
    for (const flow of this.#lines) {
      const line = flow.line ?? [];
      flow.line = undefined;
      for (const message of line) this.#pass(message, flow);
    }
    this.#lines.clear();
  }

  /** When a message of `bytes` sent now arrives, in microseconds. Draws jitter; keeps the flow's order. */
  arrival(bytes: number, flow: Flow): number {
    const { latency, jitter, bytesPerSecond } = this.plan;
    let at = this.#kernel.now;
    if (bytesPerSecond !== null) {
      const free = Math.max(at, flow.busyUntil);
      at = free + Math.ceil((bytes * 1_000_000) / bytesPerSecond);
      flow.busyUntil = at;
    }
    at += latency;
    if (jitter > 0) at += this.#random.below(jitter + 1);
    if (this.#toxics.length > 0) at = this.#delayed(at);
    if (at < flow.latest) at = flow.latest;
    flow.latest = at;
    return at;
  }

  /**
   * How long a message of `bytes` takes that has a connection of its own (a browser's request, a call of a backend): the
   * same parts, but it waits for nobody. With an `ordinal` its jitter belongs to that alone: the same whatever else was sent
   * before, so that one connector more changes nobody else's.
   */
  delay(bytes: number, ordinal?: number): number {
    const { latency, jitter, bytesPerSecond } = this.plan;
    let span: number = latency;
    if (bytesPerSecond !== null) span += Math.ceil((bytes * 1_000_000) / bytesPerSecond);
    if (jitter > 0) {
      const draw = ordinal === undefined ? this.#random.next() : drawOf(this.#family, ordinal);
      span += Math.floor(draw * (jitter + 1));
    }
    if (this.#toxics.length === 0) return span;
    if (this.#rate !== undefined) {
      for (const installed of this.#toxics) if (installed.toxic.kind === 'bandwidth') installed.hits += 1;
      span += Math.ceil((bytes * 1_000_000) / this.#rate);
    }
    return this.#delayed(span);
  }

  /** Latency toxics, drawn anew for each message. */
  #delayed(undisturbed: number): number {
    let at = undisturbed;
    for (const installed of this.#toxics) {
      const { toxic } = installed;
      if (toxic.kind !== 'latency') continue;
      installed.hits += 1;
      const spread = toxic.jitter > 0 ? this.#random.below(2 * toxic.jitter + 1) - toxic.jitter : 0;
      at += Math.max(0, toxic.latency + spread);
    }
    return at;
  }

  #refresh(): void {
    this.#partition = this.#toxics.find(({ toxic }) => toxic.kind === 'partition');
    this.#reset = this.#toxics.find(({ toxic }) => toxic.kind === 'reset');
    this.#rate = undefined;
    for (const { toxic } of this.#toxics) {
      if (toxic.kind === 'bandwidth') this.#rate = Math.min(this.#rate ?? toxic.bytesPerSecond, toxic.bytesPerSecond);
    }
  }
}
