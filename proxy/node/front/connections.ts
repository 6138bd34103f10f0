import type { Socket } from 'node:net';
import { refuseRaw } from './client-error.ts';

/** The sockets of a front, upgraded ones included (Node's own list forgets those). */
export class FrontConnections {
  readonly #open = new Set<Socket>();
  /** Those on which no request came yet: browsers open connections ahead. Node does not count them as idle. */
  readonly #unheard = new Set<Socket>();
  /** Those whose TLS handshake is not over, by the address and port of their client; Node tells of them only when it is. */
  readonly #handshaking = new Map<string, Socket>();
  /** Those with a WebSocket or the handshake of one: no answer stands on them, and still somebody works for them. */
  readonly #switching = new WeakSet<Socket>();
  #onEmpty: Array<() => void> = [];

  get size(): number {
    return this.#open.size;
  }

  /** The bare socket below a TLS one that is still to come. */
  addBare(socket: Socket): void {
    const client = clientOf(socket);
    this.#handshaking.set(client, socket);
    socket.once('close', () => {
      if (this.#handshaking.get(client) === socket) this.#handshaking.delete(client);
    });
  }

  /** A socket handed back after a refused upgrade is already known. */
  add(socket: Socket): void {
    if (this.#open.has(socket)) return;
    this.#handshaking.delete(clientOf(socket));
    this.#open.add(socket);
    this.#unheard.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#unheard.delete(socket);
      if (this.#open.size > 0) return;
      const waiting = this.#onEmpty;
      this.#onEmpty = [];
      for (const resolve of waiting) resolve();
    });
  }

  /** Those with an answer not all of which has left this process; upgraded ones never. */
  *unread(): Generator<Socket> {
    for (const socket of this.#open) if (socket.writableLength > 0 && answering(socket) !== undefined) yield socket;
  }

  heard(socket: Socket): void {
    this.#unheard.delete(socket);
  }

  switching(socket: Socket): void {
    this.#switching.add(socket);
  }

  /** Those that are idle or inside a head. */
  *withoutWork(): Generator<Socket> {
    for (const socket of this.#open) {
      if (answering(socket) === undefined && !this.#switching.has(socket)) yield socket;
    }
  }

  cutUnheard(): void {
    for (const socket of this.#unheard) socket.destroy();
    for (const socket of this.#handshaking.values()) socket.destroy();
  }

  /**
   * Runs what lets Node close its idle connections. Node also takes those for idle whose answer has ended but still waits in
   * this process for a slow client, and would cut it: those cannot be destroyed meanwhile. Harmless where Node leaves them be.
   */
  sparingAnswers(closeIdle: () => void): void {
    const spared: Array<{ destroy?: unknown }> = [];
    for (const socket of this.#open) {
      if (answering(socket) === undefined) continue;
      socket.destroy = () => socket;
      spared.push(socket);
    }
    try {
      closeIdle();
    } finally {
      for (const socket of spared) delete socket.destroy;
    }
  }

  cut(): void {
    for (const socket of this.#open) socket.destroy();
    for (const socket of this.#handshaking.values()) socket.destroy();
  }

  empty(): Promise<void> {
    return this.#open.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#onEmpty.push(resolve));
  }

  /** Answers what the parser refused. The status, or undefined when there is nobody to answer or nothing clean to say. */
  clientError(error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Socket): number | undefined {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return undefined;
    }
    // Bytes of an answer are already out (the request's body went wrong): a second head would be read as its content.
    if (answering(socket)?.headersSent === true) {
      socket.destroy();
      return undefined;
    }
    const status = statusOf(error);
    refuseRaw(socket, status, error.code ?? 'bad request');
    return status;
  }
}

function clientOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** Ends a connection so that the client cannot take what it has of an answer for the whole: no orderly end. */
export function breakOff(socket: Socket): void {
  if ('encrypted' in socket) socket.destroy();
  else socket.resetAndDestroy();
}

/** The answer being written on this socket; Node keeps it in a field of its own making, stable since 0.11. */
export function answering(socket: Socket): { readonly headersSent: boolean } | undefined {
  return (socket as Socket & { _httpMessage?: { headersSent: boolean } | null })._httpMessage ?? undefined;
}

function statusOf(error: NodeJS.ErrnoException & { rawPacket?: Buffer }): number {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408;
  if (error.code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return 413;
  if (error.code !== 'HPE_HEADER_OVERFLOW') return 400;
  // llhttp counts the target into the head's size: no line end so far means the request line itself was too long.
  const packet = error.rawPacket;
  return packet !== undefined && packet.length > 0 && !packet.includes(10) ? 414 : 431;
}
