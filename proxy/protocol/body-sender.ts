import type { DataFrame } from '../host/frame.ts';
import type { BodySource, Chunk } from '../host/message.ts';
import { DATA_CHUNK_BYTES } from './limits.ts';
import type { SendTurns } from './send-turns.ts';

/** The stream a sender works for. */
export interface SenderOwner {
  readonly id: number;
  /** Bytes the peer still allows on this stream. */
  sendCredit: number;
  /** The last byte was handed to the connection. */
  sendFinished(): void;
  /** The source broke off. */
  sendFailed(error: unknown): void;
}

/** The connection as a sender sees it. */
export interface SenderPort {
  /** False: the connection asked for restraint; wait for a turn. */
  readonly writable: boolean;
  readonly turns: SendTurns;
  sendData(frame: DataFrame): void;
}

/**
 * Moves one body into DATA frames: pulls a chunk only when the last one is on its way, cuts it to 16 KiB where bytes
 * travel, stops without credit, and takes turns with other streams when the connection is full.
 */
export class BodySender {
  queued = false;
  #source: BodySource;
  #owner: SenderOwner;
  #port: SenderPort;
  #chunk: Chunk | undefined = undefined;
  #offset = 0;
  #pulling = false;
  #sourceEnded = false;
  #over = false;

  constructor(source: BodySource, owner: SenderOwner, port: SenderPort) {
    this.#source = source;
    this.#owner = owner;
    this.#port = port;
    if (source.whole !== undefined) {
      this.#chunk = source.whole.bytes > 0 ? source.whole : undefined;
      this.#sourceEnded = true;
    }
  }

  /** Everything was sent, the source broke off, or `stop` was called. */
  get over(): boolean {
    return this.#over;
  }

  /** First piece for the head's own frame (at most `limit` bytes), if one is at hand. Afterwards `takenAll` says whether it was all. */
  takeFirst(limit: number): Chunk | undefined {
    if (this.#chunk === undefined) this.#pull();
    if (this.#over || this.#chunk === undefined || this.#owner.sendCredit <= 0) return undefined;
    return this.#cut(limit);
  }

  /** True: nothing is left to send; the head's frame may carry `end`. */
  get takenAll(): boolean {
    return this.#sourceEnded && this.#chunk === undefined;
  }

  /** Marks the body as sent by the head's own frame. */
  settle(): void {
    this.#over = true;
  }

  /** Sends while there are bytes, credit and room. */
  pump(): void {
    while (this.#ready()) {
      if (!this.#port.writable) {
        this.#port.turns.join(this);
        return;
      }
      this.#sendPiece();
    }
  }

  /** One piece, then to the end of the line. */
  turn(): void {
    if (!this.#ready()) return;
    this.#sendPiece();
    if (this.#ready()) this.#port.turns.join(this);
  }

  /** The stream is over or cut; the source is told. */
  stop(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#chunk = undefined;
    this.#source.cancel(reason);
  }

  /** True when a piece (or the bare end) can be sent now. */
  #ready(): boolean {
    if (this.#over) return false;
    if (this.#chunk === undefined && !this.#sourceEnded) this.#pull();
    if (this.#over) return false;
    if (this.#chunk === undefined) return this.#sourceEnded;
    return this.#owner.sendCredit > 0;
  }

  #sendPiece(): void {
    const chunk = this.#chunk === undefined ? { bytes: 0 } : this.#cut(DATA_CHUNK_BYTES);
    if (this.#over) return;
    const end = this.takenAll;
    this.#port.sendData({ type: 'data', stream: this.#owner.id, chunk, end });
    if (end && !this.#over) {
      this.#over = true;
      this.#owner.sendFinished();
    }
  }

  #cut(limit: number): Chunk {
    const chunk = this.#chunk as Chunk;
    const left = chunk.bytes - this.#offset;
    const room = this.#owner.sendCredit;
    const bytes = Math.min(left, room, chunk.data === undefined && limit === DATA_CHUNK_BYTES ? left : limit);
    this.#owner.sendCredit = room - bytes;
    const from = this.#offset;
    if (bytes === left) {
      this.#chunk = undefined;
      this.#offset = 0;
      // Looking one chunk ahead lets the last piece carry the end; the chunk waits here if there is one.
      if (!this.#sourceEnded) this.#pull();
      if (bytes === chunk.bytes) return chunk;
    } else {
      this.#offset = from + bytes;
    }
    return chunk.data === undefined ? { bytes } : { bytes, data: chunk.data.subarray(from, from + bytes) };
  }

  #pull(): void {
    if (this.#pulling || this.#sourceEnded) return;
    let empty = 0;
    for (;;) {
      const pulled = this.#source.pull();
      if (pulled instanceof Promise) {
        this.#pulling = true;
        pulled.then(this.#arrived, this.#broken);
        return;
      }
      if (this.#accept(pulled)) return;
      if (++empty >= 1_000) {
        this.#broken(new Error('the body gave 1000 empty chunks in a row'));
        return;
      }
    }
  }

  /** False: an empty chunk, pull again. */
  #accept(chunk: Chunk | undefined): boolean {
    if (chunk === undefined) this.#sourceEnded = true;
    else if (chunk.bytes === 0) return false;
    else this.#chunk = chunk;
    return true;
  }

  #arrived = (chunk: Chunk | undefined): void => {
    this.#pulling = false;
    if (this.#over) return;
    this.#accept(chunk);
    this.pump();
  };

  #broken = (error: unknown): void => {
    this.#pulling = false;
    if (this.#over) return;
    this.#over = true;
    this.#owner.sendFailed(error);
  };
}
