import { HoldfastError } from '../../proxy/host/errors.ts';
import type { Frame } from '../../proxy/host/frame.ts';
import type { CloseReason, Conn, Listener, PeerIdentity, Transport } from '../../proxy/host/transport.ts';

/** A network inside one process: frames are handed over in the next turn, in order. For tests of nodes, not of networks. */
export class MemoryNetwork {
  readonly #listeners = new Map<string, (conn: Conn) => void>();
  readonly #conns = new Set<MemoryConn>();

  /** The transport of one node; `name` is what the other side sees as its certified name. */
  transport(name: string): Transport {
    return {
      dial: async (address) => {
        const accept = this.#listeners.get(address);
        if (accept === undefined) throw new HoldfastError('ERR_DIAL', `nobody listens on ${address}`);
        const near = new MemoryConn({ address, certificateName: undefined });
        const far = new MemoryConn({ address: name, certificateName: name });
        near.other = far;
        far.other = near;
        this.#conns.add(near).add(far);
        accept(far);
        return near;
      },
      listen: async (address, onConn): Promise<Listener> => {
        this.#listeners.set(address, onConn);
        return { address, close: async () => void this.#listeners.delete(address) };
      },
    };
  }

  /** Connections that are open at either end. */
  get open(): number {
    return [...this.#conns].filter((conn) => !conn.closed).length;
  }

  /** Every connection of a node breaks, as when its process dies. */
  cut(name: string): void {
    for (const conn of this.#conns) {
      if (conn.peer.certificateName === name) conn.close({ cause: 'reset', detail: `${name} died` });
    }
  }

  /** Frames of a node go nowhere, connections stay: as when its process is frozen. */
  silence(name: string): void {
    for (const conn of this.#conns) {
      if (conn.peer.certificateName !== name) continue;
      conn.deaf = true;
      if (conn.other !== undefined) conn.other.deaf = true;
    }
  }
}

class MemoryConn implements Conn {
  readonly peer: PeerIdentity;
  other: MemoryConn | undefined = undefined;
  deaf = false;
  closed = false;
  #onFrame: (frame: Frame) => void = () => {};
  #onClose: (reason: CloseReason) => void = () => {};

  constructor(peer: PeerIdentity) {
    this.peer = peer;
  }

  send(frame: Frame): boolean {
    const to = this.other;
    setImmediate(() => {
      if (to !== undefined && !to.deaf && !to.closed) to.#onFrame(frame);
    });
    return true;
  }

  onFrame(fn: (frame: Frame) => void): void {
    this.#onFrame = fn;
  }

  onDrain(): void {}

  onClose(fn: (reason: CloseReason) => void): void {
    this.#onClose = fn;
  }

  close(reason: CloseReason): void {
    if (this.closed) return;
    this.closed = true;
    this.#onClose(reason);
    const to = this.other;
    setImmediate(() => to?.close({ cause: reason.cause === 'local' ? 'fin' : reason.cause, detail: reason.detail }));
  }
}
