import type { Frame } from '../host/frame.ts';
import type { CloseReason, Conn, PeerIdentity } from '../host/transport.ts';
import type { ByteStream } from './byte-stream.ts';
import { FrameDecoder } from './frame-decoder.ts';
import { FrameEncoder } from './frame-encoder.ts';

/** Unwritten bytes above which bulk data must wait. */
const MARK_BYTES = 131_072;
/** Unwritten bytes at which a peer that does not read is given up: control frames alone have piled up to this. */
const LIMIT_BYTES = 8_388_608;

/**
 * The first bytes of a turn that leave before its end, so that the other end works while this one goes on: where a turn
 * takes many requests, both would else take turns (measured: at 64 connections over a third less idle time of two cores).
 * Once a turn only, since each write is a record and a system call.
 */
const HEAD_START_BYTES = 4096;

export interface ByteConnOptions {
  readonly peer: PeerIdentity;
  /** Runs `fn` at the end of this turn, so the frames of one turn share a write, or two. Live: process.nextTick or setImmediate. */
  readonly flushSoon: (fn: () => void) => void;
  /** Told of an error that taking a frame threw: a bug of ours, which costs this connection and no other. */
  readonly onBug: (error: unknown) => void;
}

/** A connection of frames over a stream of bytes. A peer that breaks the codec's rules is cut with cause `protocol`. */
export function byteConn(stream: ByteStream, options: ByteConnOptions): Conn {
  return new ByteConn(stream, options);
}

class ByteConn implements Conn {
  readonly carriesBytes = true;
  readonly peer: PeerIdentity;
  readonly #stream: ByteStream;
  readonly #flushSoon: (fn: () => void) => void;
  readonly #onBug: (error: unknown) => void;
  readonly #encoder = new FrameEncoder();
  readonly #decoder = new FrameDecoder();
  readonly #flush = (): void => this.#flushed();
  #frame: (frame: Frame) => void = () => {};
  #drain: () => void = () => {};
  #close: (reason: CloseReason) => void = () => {};
  #scheduled = false;
  #headStarted = false;
  #blocked = false;
  #asked = false;
  #closed = false;
  #reason: CloseReason | undefined = undefined;

  constructor(stream: ByteStream, options: ByteConnOptions) {
    this.#stream = stream;
    this.#flushSoon = options.flushSoon;
    this.#onBug = options.onBug;
    this.peer = options.peer;
    stream.onBytes((bytes) => this.#received(bytes));
    stream.onDrain(() => this.#drained());
    stream.onClose((reason) => this.#ended(this.#judged(reason)));
  }

  send(frame: Frame): boolean {
    if (this.#closed) return true;
    this.#encoder.add(frame);
    if (!this.#blocked && !this.#scheduled) {
      this.#scheduled = true;
      this.#flushSoon(this.#flush);
    }
    const { size } = this.#encoder;
    if (size >= HEAD_START_BYTES && !this.#headStarted && !this.#blocked) {
      this.#headStarted = true;
      this.#write();
    }
    if (size > LIMIT_BYTES) this.close({ cause: 'lost', detail: 'ERR_TUNNEL_UNREAD: the peer does not read' });
    if (!this.#blocked && size < MARK_BYTES) return true;
    this.#asked = true;
    return false;
  }

  onFrame(fn: (frame: Frame) => void): void {
    this.#frame = fn;
  }

  onDrain(fn: () => void): void {
    this.#drain = fn;
  }

  onClose(fn: (reason: CloseReason) => void): void {
    this.#close = fn;
    if (this.#reason !== undefined) fn(this.#reason);
  }

  close(reason: CloseReason): void {
    if (this.#closed) return;
    if (reason.cause !== 'reset' && reason.cause !== 'lost') this.#write();
    this.#ended(reason);
    this.#stream.close(reason);
  }

  #received(bytes: Uint8Array): void {
    if (this.#closed) return;
    try {
      for (const frame of this.#decoder.push(bytes)) {
        this.#frame(frame);
        if (this.#closed) return;
      }
    } catch (error) {
      this.#failed(error);
      return;
    }
    const { fault } = this.#decoder;
    if (fault !== undefined) this.close({ cause: 'protocol', detail: `${fault.code}: ${fault.message}` });
  }

  /** A frame must never end the process, whatever it brought out in us; where it came from is known here alone. */
  #failed(error: unknown): void {
    this.#onBug(error);
    this.close({ cause: 'internal', detail: `ERR_TUNNEL_INTERNAL: ${String(error)}` });
  }

  #flushed(): void {
    this.#scheduled = false;
    this.#headStarted = false;
    if (this.#closed || this.#blocked) return;
    this.#write();
    this.#tellDrained();
  }

  #write(): void {
    for (const part of this.#encoder.take()) if (!this.#stream.write(part)) this.#blocked = true;
  }

  #drained(): void {
    if (this.#closed) return;
    this.#blocked = false;
    if (this.#encoder.size > 0 && !this.#scheduled) this.#flushed();
    else this.#tellDrained();
  }

  #tellDrained(): void {
    if (this.#blocked || !this.#asked || this.#closed) return;
    this.#asked = false;
    this.#drain();
  }

  #ended(reason: CloseReason): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#reason = reason;
    this.#close(reason);
  }

  /** An orderly end inside a frame was none. */
  #judged(reason: CloseReason): CloseReason {
    const cut = reason.cause === 'fin' && this.#decoder.insideFrame;
    return cut ? { cause: 'reset', detail: 'the stream ended inside a frame' } : reason;
  }
}
