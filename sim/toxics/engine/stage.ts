import type { Random } from '../../../proxy/host/random.ts';
import type { Instant } from '../../../proxy/host/units.ts';
import type { Site, Toxic } from '../toxic.ts';
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
  /** The toxic did something to this connection for the first time. */
  hit(toxic: Toxic): void;
}

/**
 * One toxic on one direction of one connection. Gives its effect one chunk at a time, keeps later ones in order while
 * the effect holds, and can be restarted or taken out at any instant without losing or reordering a byte.
 */
export class Stage implements Receiver, StagePort {
  readonly toxic: Toxic;
  readonly memory: unknown;
  readonly shared: unknown;
  next: Receiver;
  readonly #host: StageHost;
  readonly #site: Site;
  #random: Random | undefined;
  #seed: unknown;
  readonly #inbox = new Inbox();
  #effect: Effect | undefined;
  #chosen = false;
  #hold: Pending | undefined;
  #holding = false;
  #later: Pending[] = [];
  #ending: Ending | undefined;
  #endTaken = false;
  #finished = false;
  #pumping = false;
  #hit = false;
  /** The first toxicity draw, for sticky toxics. */
  #draw: boolean | undefined;
  /** Bytes that passed before the toxic acted, for after_bytes. */
  #passed = 0;

  constructor(toxic: Toxic, host: StageHost, site: Site, next: Receiver) {
    this.toxic = toxic;
    this.next = next;
    this.#site = site;
    this.#seed = toxic.common.seed;
    this.memory = toxic.definition.memory?.();
    this.shared = toxic.shared;
    this.#host = host;
  }

  /** True when the sender should wait. */
  get full(): boolean {
    const { bufferChunks = 1 } = this.toxic.definition;
    return bufferChunks === 0 ? this.#effect !== undefined : this.#inbox.length >= bufferChunks;
  }

  /** Made when first needed: most toxics on most connections never draw. */
  get random(): Random {
    this.#random ??= this.toxic.randomAt(this.#site);
    return this.#random;
  }

  /** Draws and, where the conditions allow, starts the effect; also after every change. `redraw` false keeps the draw. */
  start(redraw = true): void {
    const { seed, sticky } = this.toxic.common;
    if (seed !== this.#seed) {
      this.#seed = seed;
      this.#random = undefined;
    }
    const keep = sticky === true || !redraw;
    if (!keep || this.#draw === undefined) this.#draw = this.toxic.drawn(() => this.random);
    this.#chosen = this.#draw && this.toxic.allowedAt(this.#site) === true;
    this.#effect = undefined;
    this.#begin();
    this.#pump();
  }

  /** Hands on what is in the effect's hands, then starts anew; what waits behind it meets the new settings. */
  restart(redraw = true): void {
    if (this.#finished) return;
    this.#interrupt();
    this.start(redraw);
  }

  /** Takes the toxic out: everything it holds goes on at once, in order. */
  remove(): void {
    if (this.#finished) return;
    const effect = this.#effect;
    this.#interrupt();
    this.#effect = undefined;
    this.#chosen = false;
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
    if (ending !== this.#ending) this.#noteHit();
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
    this.#noteHit();
    this.#host.close();
  }

  reply(bytes: Uint8Array): void {
    this.#host.reply(bytes);
  }

  abandonSender(): void {
    this.#noteHit();
    this.#host.abandonSender();
  }

  /** Starts the effect once the toxic was chosen and enough bytes have passed. */
  #begin(): void {
    if (!this.#chosen || this.#passed < (this.toxic.common.after_bytes ?? 0)) return;
    this.#effect = this.toxic.definition.start(this, this.toxic.settings.attributes);
  }

  #take(chunk: Chunk): void {
    if (this.#effect !== undefined) {
      this.#noteHit();
      this.#effect.chunk(chunk);
      return;
    }
    const spared = this.#chosen ? (this.toxic.common.after_bytes ?? 0) - this.#passed : chunk.bytes.length;
    this.#passed += Math.min(spared, chunk.bytes.length);
    if (spared < chunk.bytes.length) {
      this.next.chunk({ bytes: chunk.bytes.subarray(0, spared), at: chunk.at });
      this.#begin();
      this.#take({ bytes: chunk.bytes.subarray(spared), at: chunk.at });
      return;
    }
    this.next.chunk(chunk);
    if (this.#chosen) this.#begin();
  }

  #noteHit(): void {
    if (this.#hit) return;
    this.#hit = true;
    this.toxic.hits += 1;
    this.#host.hit(this.toxic);
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
    else {
      this.#noteHit();
      this.#effect.end(ending);
    }
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
