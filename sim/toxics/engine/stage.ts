import type { Random } from '../../../proxy/host/random.ts';
import type { Instant } from '../../../proxy/host/units.ts';
import type { Toxic } from '../toxic.ts';
import type { Effect, StagePort } from '../toxic-type.ts';
import type { Chunk, Ending, Receiver } from './chunk.ts';
import { Inbox } from './inbox.ts';
import type { Pending, Scheduler } from './scheduler.ts';

/** What a stage needs from the link and the connection around it. */
export interface StageHost {
  readonly scheduler: Scheduler;
  /** Work was done outside a push: the link looks again whether the sender must wait. */
  settle(): void;
  close(): void;
  reply(bytes: Uint8Array): void;
  abandonSender(): void;
}

/**
 * One toxic on one direction of one connection. Gives its effect one chunk at a time, keeps later ones in order while
 * the effect holds, and can be restarted or taken out at any instant without losing or reordering a byte.
 */
export class Stage implements Receiver, StagePort {
  readonly toxic: Toxic;
  readonly random: Random;
  readonly memory: unknown;
  readonly shared: unknown;
  next: Receiver;
  readonly #host: StageHost;
  readonly #inbox = new Inbox();
  #effect: Effect | undefined;
  #hold: Pending | undefined;
  #holding = false;
  #later: Pending[] = [];
  #ending: Ending | undefined;
  #endTaken = false;
  #finished = false;
  #pumping = false;

  constructor(toxic: Toxic, host: StageHost, random: Random, next: Receiver) {
    this.toxic = toxic;
    this.random = random;
    this.next = next;
    this.memory = toxic.definition.memory?.();
    this.shared = toxic.shared;
    this.#host = host;
  }

  /** True when the sender should wait. */
  get full(): boolean {
    return this.#inbox.length >= (this.toxic.definition.bufferChunks ?? 1);
  }

  /** True when the draw decided that this toxic acts here. */
  get active(): boolean {
    return this.#effect !== undefined;
  }

  /** Draws and starts the effect; also after every change. */
  start(): void {
    const { toxicity, attributes } = this.toxic.settings;
    const drawn = this.random.next() < toxicity;
    this.#effect = drawn ? this.toxic.definition.start(this, attributes) : undefined;
    this.#pump();
  }

  /** Hands on what is in the effect's hands, then starts anew; what waits behind it meets the new settings. */
  restart(): void {
    if (this.#finished) return;
    this.#interrupt();
    this.start();
  }

  /** Takes the toxic out: everything it holds goes on at once, in order. */
  remove(): void {
    if (this.#finished) return;
    const effect = this.#effect;
    this.#interrupt();
    this.#effect = undefined;
    effect?.removed?.();
    this.#pump();
  }

  /** The connection is gone: forget everything. */
  discard(): void {
    this.#finished = true;
    this.#withdraw();
    this.#inbox.clear();
  }

  chunk(chunk: Chunk): void {
    if (this.#finished || this.#ending !== undefined) return;
    if (this.#holding || this.#pumping || this.#inbox.length > 0) this.#inbox.push(chunk);
    else this.#take(chunk);
  }

  end(ending: Ending): void {
    if (this.#ending !== undefined || this.#finished) return;
    this.#ending = ending;
    this.#pump();
  }

  now(): Instant {
    return this.#host.scheduler.now();
  }

  emit(bytes: Uint8Array, at: Instant): void {
    if (!this.#finished && bytes.length > 0) this.next.chunk({ bytes, at });
  }

  finish(ending: Ending): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#withdraw();
    this.next.end(ending);
  }

  hold(due: Instant, then: () => void): void {
    this.#hold?.cancel();
    this.#holding = true;
    this.#hold = this.#host.scheduler.at(due, () => {
      this.#hold = undefined;
      this.#holding = false;
      then();
      this.#pump();
      this.#host.settle();
    });
  }

  holdForever(): void {
    this.#hold?.cancel();
    this.#hold = undefined;
    this.#holding = true;
  }

  later(due: Instant, then: () => void): void {
    const pending = this.#host.scheduler.at(due, () => {
      this.#later = this.#later.filter((other) => other !== pending);
      then();
      this.#host.settle();
    });
    this.#later.push(pending);
  }

  close(): void {
    this.#host.close();
  }

  reply(bytes: Uint8Array): void {
    this.#host.reply(bytes);
  }

  abandonSender(): void {
    this.#host.abandonSender();
  }

  #take(chunk: Chunk): void {
    if (this.#effect === undefined) this.next.chunk(chunk);
    else this.#effect.chunk(chunk);
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    while (!this.#holding && !this.#finished) {
      const chunk = this.#inbox.shift();
      if (chunk === undefined) break;
      this.#take(chunk);
    }
    this.#pumping = false;
    const ended = this.#ending !== undefined && !this.#endTaken;
    if (ended && !this.#holding && !this.#finished && this.#inbox.length === 0) this.#takeEnd(this.#ending as Ending);
  }

  #takeEnd(ending: Ending): void {
    this.#endTaken = true;
    if (this.#effect?.end === undefined) this.finish(ending);
    else this.#effect.end(ending);
  }

  #interrupt(): void {
    this.#withdraw();
    this.#holding = false;
    this.#effect?.interrupted?.();
    this.#endTaken = false;
  }

  #withdraw(): void {
    this.#hold?.cancel();
    this.#hold = undefined;
    for (const pending of this.#later) pending.cancel();
    this.#later = [];
  }
}
