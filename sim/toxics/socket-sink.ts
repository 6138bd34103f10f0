import type { Socket } from 'node:net';
import type { Ending } from './engine/chunk.ts';
import type { Sink } from './engine/outlet.ts';

/**
 * Bytes that may wait for a receiver before the sender is stopped. `write` itself already says no beyond 16 KiB, even
 * when the kernel took everything at once; stopping and starting the sender for every read would halve the throughput.
 */
const MOST_UNSENT_BYTES = 128 * 1024;

/** Pieces that may wait likewise: each costs some 200 bytes of memory beside its own, so tiny ones need a bound too. */
const MOST_UNSENT_PIECES = 256;

/** What a connection does about its sink. */
export interface SinkHost {
  sent(bytes: number): void;
  /** The receiver takes bytes again, where the socket itself does not say so. */
  drained(): void;
  end(ending: Ending): void;
}

/** The writing side of a socket: full as soon as so much waits in this process that the kernel must be full. */
export class SocketSink implements Sink {
  readonly #socket: Socket;
  readonly #host: SinkHost;
  /** Pieces written since the kernel last took everything. */
  #pieces = 0;

  constructor(socket: Socket, host: SinkHost) {
    this.#socket = socket;
    this.#host = host;
  }

  get idle(): boolean {
    return this.#socket.writableLength === 0;
  }

  write(bytes: Uint8Array): boolean {
    const socket = this.#socket;
    this.#host.sent(bytes.length);
    if (this.#pieces < MOST_UNSENT_PIECES) socket.write(bytes);
    // So few bytes that the socket is not full in its own eyes and no `drain` would follow.
    else socket.write(bytes, () => this.#host.drained());
    this.#pieces = socket.writableLength === 0 ? 0 : this.#pieces + 1;
    return socket.writableLength < MOST_UNSENT_BYTES && this.#pieces <= MOST_UNSENT_PIECES;
  }

  end(ending: Ending): void {
    this.#host.end(ending);
  }
}
