import type { Site, Toxic } from '../toxic.ts';
import { type Ending, MAX_CHUNK_BYTES } from './chunk.ts';
import { Outlet, type Sink } from './outlet.ts';
import type { Scheduler } from './scheduler.ts';
import { Stage } from './stage.ts';
import type { StageHost } from './stage-host.ts';

/** The connection a link belongs to, as its stages see it. */
export interface LinkHost {
  readonly scheduler: Scheduler;
  /** What conditions of toxics ask about. */
  readonly site: Site;
  hit(toxic: Toxic): void;
  /** Stop or continue reading from the sender. */
  pressure(full: boolean): void;
  close(): void;
  reply(bytes: Uint8Array): void;
  abandonSender(): void;
  /** The link may be `over` now, since a toxic swallowed the ending. */
  swallowed(): void;
  /** A toxic threw where nobody could catch it. */
  failed(error: unknown): void;
}

/** Bytes one link hands on in one turn of the loop before other connections get theirs, summed over its stages. */
const TURN_BYTES = 256 * 1024;

/**
 * One direction of one connection: sender, toxics in the order they were added, receiver. Back-pressure goes through
 * the whole link: a toxic waits while the next one or the receiver has its fill, and the sender while any of them has,
 * so memory stays bounded by the toxics' own buffers (`bufferChunks`), one read, and what the sink takes beyond full.
 */
export class Link implements StageHost {
  readonly #host: LinkHost;
  readonly #outlet: Outlet;
  credit = TURN_BYTES;
  #stages: Stage[] = [];
  #full = false;
  #dead = false;
  #senderEnded = false;

  constructor(host: LinkHost, sink: Sink, toxics: readonly Toxic[]) {
    this.#host = host;
    this.#outlet = new Outlet(sink);
    for (const toxic of toxics) this.#append(toxic);
    for (const stage of this.#stages) stage.start();
  }

  get scheduler(): Scheduler {
    return this.#host.scheduler;
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

  swallowed(): void {
    this.#host.swallowed();
  }

  hit(toxic: Toxic): void {
    this.#host.hit(toxic);
  }

  failed(error: unknown): void {
    this.#host.failed(error);
  }

  turn(): void {
    this.credit = TURN_BYTES;
  }

  /** True once the sender's ending came in, whether or not it has come out. */
  get senderEnded(): boolean {
    return this.#senderEnded;
  }

  /** True once an ending came out, or nothing can come out any more. */
  get ended(): boolean {
    return this.#outlet.closed;
  }

  /** True when nothing is to be waited for: as `ended`, or the ending will not come out as long as a toxic is there. */
  get over(): boolean {
    return this.#outlet.closed || this.#stages.some((stage) => stage.swallowed);
  }

  /** True when bytes pushed now will be in use after the call: a toxic or the receiver has to hold them. */
  get keeps(): boolean {
    return this.#stages.length > 0 || !this.#outlet.idle;
  }

  /** Bytes from the sender. Returns true when they are in use after the call, as they may be even where `keeps` was false. */
  push(bytes: Uint8Array): boolean {
    if (this.#dead) return false;
    const first = this.#stages[0];
    if (first === undefined) {
      this.#outlet.write(bytes);
      if (this.#outlet.full) this.#setFull(true);
      return !this.#outlet.idle;
    }
    this.turn();
    const at = this.#host.scheduler.now();
    if (bytes.length <= MAX_CHUNK_BYTES) first.chunk({ bytes, at });
    else {
      for (let from = 0; from < bytes.length; from += MAX_CHUNK_BYTES) {
        first.chunk({ bytes: bytes.subarray(from, from + MAX_CHUNK_BYTES), at });
      }
    }
    this.settle();
    return true;
  }

  /** The sender is done. */
  end(ending: Ending): void {
    if (this.#dead) return;
    this.#senderEnded = true;
    const first = this.#stages[0];
    if (first === undefined) this.#outlet.end(ending);
    else first.end(ending);
    this.settle();
  }

  /** The receiver takes bytes again. */
  drained(): void {
    this.#outlet.full = false;
    this.turn();
    this.settle();
  }

  /** A toxic was added at the end of the chain; the one before it may start anew, as on the real server. */
  add(toxic: Toxic): void {
    if (this.#outlet.closed) return;
    const previous = this.#stages.findLast((stage) => !stage.retired);
    const stage = this.#append(toxic);
    stage.start();
    previous?.neighbour();
    this.settle();
  }

  /** A toxic's settings changed. */
  update(toxic: Toxic): void {
    this.#stages.find((stage) => stage.toxic === toxic)?.restart();
    this.settle();
  }

  /** A toxic woke up, or it became known whether the connection fits it: conditions are looked at again, draws are not. */
  wake(toxic: Toxic): void {
    this.#stages.find((stage) => stage.toxic === toxic)?.restart(false);
    this.settle();
  }

  /** A toxic was removed; its stage stays until what it held has gone on. */
  remove(toxic: Toxic): void {
    const index = this.#stages.findIndex((stage) => stage.toxic === toxic);
    const stage = this.#stages[index];
    if (stage === undefined) return;
    const previous = this.#stages.slice(0, index).findLast((other) => !other.retired);
    stage.remove();
    if (this.#dead) return;
    previous?.neighbour();
    this.settle();
  }

  /** Drops all that is inside; nothing is written any more. */
  discard(): void {
    this.#dead = true;
    this.#outlet.shut();
    for (const stage of this.#stages) stage.discard();
    this.#stages = [];
    this.#setFull(false);
  }

  settle(): void {
    // The last first: what one hands on makes room for the one before it.
    for (let i = this.#stages.length - 1; i >= 0; i--) {
      const stage = this.#stages[i] as Stage;
      stage.resume();
      if (this.#dead) return;
      if (stage.spent) this.#takeOut(i);
    }
    this.#setFull(!this.#dead && (this.#outlet.full || this.#stages.some((stage) => stage.filled)));
  }

  #setFull(full: boolean): void {
    if (full === this.#full) return;
    this.#full = full;
    this.#host.pressure(full);
  }

  #takeOut(index: number): void {
    const [gone] = this.#stages.splice(index, 1);
    const previous = this.#stages[index - 1];
    if (gone !== undefined && previous !== undefined) previous.next = gone.next;
  }

  #append(toxic: Toxic): Stage {
    const stage = new Stage(toxic, this, this.#host.site, this.#outlet);
    const last = this.#stages.at(-1);
    if (last !== undefined) last.next = stage;
    this.#stages.push(stage);
    return stage;
  }
}
