import type { Socket } from 'node:net';
import type { CloseReason, PeerIdentity } from '../../host/transport.ts';
import type { ByteStream } from './byte-stream.ts';

/** Waiting bytes at which `write` says false. */
const highMark = 128 * 1024;
/** Up to here the parts of one turn are copied into one buffer, beyond they go out corked: a copy is cheaper than a vector. */
const copyLimit = 64 * 1024;
/** An orderly end that the peer does not take is forced after this. */
const lingerMs = 2000;

/**
 * A connected socket as a byte stream. What is written in one turn of the event loop leaves in one write (one TLS record
 * train, one system call): many small frames share it.
 */
export function socketStream(socket: Socket, peer: PeerIdentity): ByteStream {
  return new SocketStream(socket, peer);
}

class SocketStream implements ByteStream {
  readonly peer: PeerIdentity;
  readonly #socket: Socket;
  #parts: Uint8Array[] = [];
  #pending = 0;
  #scheduled = false;
  #blocked = false;
  #reason: CloseReason | undefined;
  #early: Buffer[] | undefined = [];
  #onBytes: (bytes: Uint8Array) => void = (bytes) => this.#early?.push(bytes as Buffer);
  #onDrain: () => void = () => {};
  #onClose: ((reason: CloseReason) => void) | undefined;
  #closed: CloseReason | undefined;

  constructor(socket: Socket, peer: PeerIdentity) {
    this.peer = peer;
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => {
      if (this.#reason === undefined) this.#onBytes(bytes);
    });
    socket.on('drain', () => this.#drained());
    socket.on('end', () => {
      this.#reason ??= { cause: 'fin', detail: 'peer closed' };
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#reason ??= reasonOf(error);
    });
    socket.on('close', () => {
      this.#closed = this.#reason ?? { cause: 'reset', detail: 'connection gone' };
      this.#parts = [];
      this.#onClose?.(this.#closed);
    });
  }

  write(bytes: Uint8Array): boolean {
    if (this.#reason !== undefined) return true;
    this.#parts.push(bytes);
    this.#pending += bytes.byteLength;
    if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(this.#flush);
    }
    if (this.#pending + this.#socket.writableLength < highMark) return true;
    this.#blocked = true;
    return false;
  }

  onBytes(fn: (bytes: Uint8Array) => void): void {
    this.#onBytes = fn;
    const early = this.#early;
    this.#early = undefined;
    for (const bytes of early ?? []) fn(bytes);
  }

  onDrain(fn: () => void): void {
    this.#onDrain = fn;
  }

  onClose(fn: (reason: CloseReason) => void): void {
    this.#onClose = fn;
    if (this.#closed !== undefined) fn(this.#closed);
  }

  close(reason: CloseReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    const socket = this.#socket;
    if (reason.cause === 'fin') {
      this.#flush();
      const timer = setTimeout(() => socket.destroy(), lingerMs);
      socket.once('close', () => clearTimeout(timer));
      socket.end();
    } else if (reason.cause === 'reset' && !('encrypted' in socket)) socket.resetAndDestroy();
    else socket.destroy();
  }

  readonly #flush = (): void => {
    this.#scheduled = false;
    const parts = this.#parts;
    const only = parts[0];
    const socket = this.#socket;
    if (only === undefined || !socket.writable) return;
    this.#parts = [];
    const size = this.#pending;
    this.#pending = 0;
    if (parts.length === 1) socket.write(only);
    else if (size <= copyLimit) socket.write(Buffer.concat(parts, size));
    else {
      socket.cork();
      for (const part of parts) socket.write(part);
      socket.uncork();
    }
    if (this.#blocked && socket.writableLength < highMark) this.#drained();
  };

  #drained(): void {
    if (!this.#blocked || this.#reason !== undefined) return;
    this.#blocked = false;
    this.#onDrain();
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
