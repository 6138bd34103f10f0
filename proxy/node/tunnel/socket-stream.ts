import type { Socket } from 'node:net';
import type { CloseReason } from '../../host/transport.ts';
import type { ByteStream } from '../../protocol/byte-stream.ts';

/** Waiting bytes at which `write` says false. */
const highMark = 128 * 1024;
/** An orderly end that the peer does not take in this time is forced. Who must know that all arrived waits for that before. */
const lingerMs = 2000;

/** A connected socket as the byte stream under a tunnel. FIN, RST and silence stay different in the reason it ends with. */
export function socketStream(socket: Socket): ByteStream {
  return new SocketStream(socket);
}

class SocketStream implements ByteStream {
  readonly #socket: Socket;
  #blocked = false;
  #reason: CloseReason | undefined;
  #onBytes: (bytes: Uint8Array) => void = () => {};
  #onDrain: () => void = () => {};
  #onClose: (reason: CloseReason) => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => {
      if (this.#reason === undefined) this.#onBytes(bytes);
    });
    socket.on('drain', () => {
      if (!this.#blocked || this.#reason !== undefined) return;
      this.#blocked = false;
      this.#onDrain();
    });
    socket.on('end', () => {
      this.#reason ??= { cause: 'fin', detail: 'peer closed' };
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#reason ??= reasonOf(error);
    });
    socket.on('close', () => this.#onClose(this.#reason ?? { cause: 'reset', detail: 'connection gone' }));
  }

  write(bytes: Uint8Array): boolean {
    if (this.#reason !== undefined) return true;
    const socket = this.#socket;
    socket.write(bytes);
    // Above our mark the socket is above its own, so it will tell when it drained.
    if (socket.writableLength >= highMark && socket.writableNeedDrain) this.#blocked = true;
    return !this.#blocked;
  }

  onBytes(fn: (bytes: Uint8Array) => void): void {
    this.#onBytes = fn;
  }

  onDrain(fn: () => void): void {
    this.#onDrain = fn;
  }

  onClose(fn: (reason: CloseReason) => void): void {
    this.#onClose = fn;
  }

  close(reason: CloseReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    const socket = this.#socket;
    if (reason.cause === 'lost') socket.destroy();
    else if (reason.cause === 'reset') {
      if ('encrypted' in socket) socket.destroy();
      else socket.resetAndDestroy();
    } else {
      const timer = setTimeout(() => socket.destroy(), lingerMs);
      socket.once('close', () => clearTimeout(timer));
      socket.end();
      socket.resume();
    }
  }
}

function reasonOf(error: NodeJS.ErrnoException): CloseReason {
  const detail = error.code ?? error.message;
  if (error.code === 'ETIMEDOUT' || error.code === 'EHOSTUNREACH' || error.code === 'ENETUNREACH') {
    return { cause: 'lost', detail };
  }
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE' || error.code === 'ECONNABORTED') {
    return { cause: 'reset', detail };
  }
  return { cause: 'protocol', detail };
}
