import type { Random } from '../../../proxy/host/random.ts';
import type { Instant } from '../../../proxy/host/units.ts';
import type { Site, Toxic } from '../toxic.ts';
import type { Effect, StagePort } from '../toxic-type.ts';
import { type Chunk, type Ending, MOST_WAITING_CHUNKS, PIECE_BYTES, type Receiver } from './chunk.ts';
import { Inbox } from './inbox.ts';
import { StageCalls } from './stage-calls.ts';
import type { StageHost } from './stage-host.ts';

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
  readonly #calls: StageCalls;
  #holding = false;
  /** What an effect emits as soon as the next one has room, when it could not at its due time. */
  #waiting: ((late: boolean) => void) | undefined;
  /** True while chunks wait here only because the next one has its fill. */
  #stalled = false;
  #ending: Ending | undefined;
  #endTaken = false;
  #swallowed = false;
  #finished = false;
  #pumping = false;
  #retired = false;
  /** Takes what the effect hands on while its toxic is taken out. */
  #released: Chunk[] | undefined;
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
    this.#calls = new StageCalls(host);
  }

  /** True when the toxic before should wait: one that cuts small makes many chunks out of one read. */
  get full(): boolean {
    return this.#inbox.length >= MOST_WAITING_CHUNKS;
  }

  /** True once the toxic was removed: what waited here passes, turn by turn. */
  get retired(): boolean {
    return this.#retired;
  }

  /** True once nothing is left of a removed toxic, so that its neighbours can be joined. */
  get spent(): boolean {
    return this.#retired && (this.#finished || (this.#inbox.length === 0 && this.#ending === undefined));
  }

  /** True when the ending came in and will not come out, as the toxic is now. */
  get swallowed(): boolean {
    return this.#swallowed;
  }

  /** True when the sender should wait. */
  get filled(): boolean {
    if (this.#retired) return this.#inbox.length > 0;
    const { bufferChunks = 1 } = this.toxic.definition;
    return bufferChunks === 0 ? this.#effect !== undefined : this.#inbox.length >= bufferChunks;
  }

  /** Made when first needed: most toxics on most connections never draw. */
  get random(): Random {
    this.#random ??= this.toxic.randomAt(this.#site);
    return this.#random;
  }

  /** Draws and, where the conditions allow, starts the effect. */
  start(): void {
    this.#choose(true);
    this.#begin();
    this.#pump();
  }

  /**
   * Hands on what is in the effect's hands, then starts anew; what waits behind it meets the new settings. `redraw` false
   * keeps the draw. A type that `stays` and has no settings goes on as it was while it may still act.
   */
  restart(redraw = true): void {
    const { stays, attributes } = this.toxic.definition;
    this.#again(redraw, stays === true && Object.keys(attributes).length === 0);
  }

  /** The one behind it came or went: as `restart`, as on the real server, but one that `stays` keeps what it holds. */
  neighbour(): void {
    this.#again(true, this.toxic.definition.stays === true);
  }

  /**
   * Takes the toxic out: everything it holds goes on, in order, from the next turn of the loop. All connections of a proxy
   * lose their toxic in one turn, and what they hold together may be gigabytes.
   */
  remove(): void {
    this.#retired = true;
    if (this.#finished) return;
    const effect = this.#effect;
    const released: Chunk[] = [];
    this.#released = released;
    this.#interrupt();
    this.#released = undefined;
    this.#inbox.prepend(released);
    this.#effect = undefined;
    this.#chosen = false;
    this.#stalled = false;
    effect?.removed?.();
    if (this.#inbox.length === 0) this.#pump();
    else {
      this.#holding = true;
      this.#calls.nextTurn(() => {
        this.#holding = false;
        this.#pump();
      });
    }
  }

  /** The connection is gone: forget everything. */
  discard(): void {
    this.#finished = true;
    this.#withdraw();
    this.#inbox.clear();
    this.#effect?.discarded?.();
  }

  chunk(chunk: Chunk): void {
    if (this.#finished || this.#ending !== undefined) return;
    if (!this.#holding && !this.#pumping && this.#inbox.length === 0 && !this.busy) this.#take(chunk);
    else {
      this.#inbox.push(chunk);
      this.#pump();
    }
  }

  end(ending: Ending): void {
    if (this.#ending !== undefined || this.#finished) return;
    this.#ending = ending;
    this.#pump();
  }

  /** The next one may have room again. */
  resume(): void {
    if (!this.#stalled || this.next.full) return;
    this.#stalled = false;
    if (this.#waiting === undefined) this.#pump();
    else this.#goOn(this.#waiting, true);
  }

  get busy(): boolean {
    return this.#host.credit <= 0 || this.next.full;
  }

  now(): Instant {
    return this.#host.scheduler.now();
  }

  emit(bytes: Uint8Array, at: Instant): void {
    if (this.#finished || bytes.length === 0) return;
    if (this.#released !== undefined) {
      this.#released.push({ bytes, at });
      return;
    }
    this.#host.credit -= Math.max(PIECE_BYTES, bytes.length);
    this.next.chunk({ bytes, at });
  }

  finish(ending: Ending): void {
    if (this.#finished) return;
    if (ending !== this.#ending) this.hit();
    this.#finished = true;
    this.#withdraw();
    this.next.end(ending);
  }

  passOn(ending: Ending): void {
    if (ending !== 'fin') this.finish(ending);
    else if (!this.#finished) this.next.end(ending);
  }

  dropEnd(): void {
    this.#swallowed = true;
    this.#host.swallowed();
  }

  hold(due: Instant, then: () => void): void {
    this.#suspend();
    this.#calls.hold(due, () => this.#goOn(then, false));
  }

  emitAt(due: Instant, then: (late: boolean) => void): void {
    this.#suspend();
    this.#calls.hold(due, () => {
      this.#stalled = this.next.full;
      if (this.#stalled) this.#waiting = then;
      else this.#goOn(then, false);
    });
  }

  holdForever(): void {
    this.#suspend();
    this.#calls.release();
  }

  later(due: Instant, then: () => void): void {
    this.#calls.later(due, then);
  }

  close(): void {
    this.hit();
    this.#host.close();
  }

  reply(bytes: Uint8Array): void {
    this.#host.reply(bytes);
  }

  abandonSender(): void {
    this.hit();
    this.#host.abandonSender();
  }

  hit(): void {
    if (this.#hit) return;
    this.#hit = true;
    this.#host.hit(this.toxic);
  }

  #suspend(): void {
    this.#waiting = undefined;
    this.#holding = true;
  }

  #goOn(then: (late: boolean) => void, late: boolean): void {
    this.#waiting = undefined;
    this.#holding = false;
    then(late);
    this.#pump();
  }

  #again(redraw: boolean, stays: boolean): void {
    if (this.#finished || this.#retired) return;
    const before = this.#effect;
    this.#choose(redraw);
    if (stays && before !== undefined && this.#mayAct()) return;
    this.#interrupt();
    this.#effect = undefined;
    this.#begin();
    if (this.#effect === undefined) before?.spared?.();
    this.#pump();
  }

  #choose(redraw: boolean): void {
    const { seed, sticky } = this.toxic.common;
    if (seed !== this.#seed) {
      this.#seed = seed;
      this.#random = undefined;
    }
    const keep = sticky === true || !redraw;
    if (!keep || this.#draw === undefined) this.#draw = this.toxic.drawn(() => this.random);
    this.#chosen = this.#draw && this.toxic.allowedAt(this.#site) === true;
  }

  /** True once the toxic was chosen and enough bytes have passed. */
  #mayAct(): boolean {
    return this.#chosen && this.#passed >= (this.toxic.common.after_bytes ?? 0);
  }

  #begin(): void {
    if (!this.#mayAct()) return;
    this.#effect = this.toxic.definition.start(this, this.toxic.settings.attributes);
  }

  #take(chunk: Chunk): void {
    if (this.#effect !== undefined) {
      this.#effect.chunk(chunk);
      return;
    }
    const spared = this.#chosen ? (this.toxic.common.after_bytes ?? 0) - this.#passed : chunk.bytes.length;
    this.#passed += Math.min(spared, chunk.bytes.length);
    if (spared < chunk.bytes.length) {
      this.emit(chunk.bytes.subarray(0, spared), chunk.at);
      this.#begin();
      this.#take({ bytes: chunk.bytes.subarray(spared), at: chunk.at });
      return;
    }
    this.#host.credit -= Math.max(PIECE_BYTES, chunk.bytes.length);
    this.next.chunk(chunk);
    if (this.#chosen) this.#begin();
  }

  /** Gives the effect what waits, as far as the next one has room and the turn lasts. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    while (!this.#holding && !this.#finished && this.#inbox.length > 0) {
      if (this.#mustWait()) break;
      this.#take(this.#inbox.shift() as Chunk);
    }
    this.#pumping = false;
    const ended = this.#ending !== undefined && !this.#endTaken;
    if (ended && !this.#holding && !this.#finished && this.#inbox.length === 0) this.#takeEnd(this.#ending as Ending);
  }

  /** Sees to it that the pump goes on later where it cannot now. */
  #mustWait(): boolean {
    if (this.next.full) {
      this.#stalled = true;
      return true;
    }
    if (this.#host.credit > 0) return false;
    this.#calls.nextTurn(() => this.#pump());
    return true;
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
    this.#swallowed = false;
  }

  #withdraw(): void {
    this.#waiting = undefined;
    this.#calls.withdraw();
  }
}
