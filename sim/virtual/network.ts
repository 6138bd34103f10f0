import type { Cancel } from '../../proxy/host/cancel.ts';
import { HoldfastError } from '../../proxy/host/errors.ts';
import type { Frame } from '../../proxy/host/frame.ts';
import type { Conn, Listener, Transport } from '../../proxy/host/transport.ts';
import { ConnEnd, Wire } from './conn.ts';
import { Dialling } from './dialling.ts';
import { frameSize } from './frame-size.ts';
import type { Kernel } from './kernel.ts';
import type { Life } from './life.ts';
import type { Link } from './link.ts';

/** Which link carries a connection that `from` dials to `to`. */
export type LinkOf = (from: string, to: string) => Link;

/** How frames cross a connection: L1 hands them over, L2 through the byte codec. */
export type Pairing = (wire: PairingWire, dialler: PairingSide, listener: PairingSide) => readonly [Conn, Conn];

export interface PairingWire {
  readonly kernel: Kernel;
  readonly link: Link;
}

export interface PairingSide {
  readonly life: Life;
  readonly part: string;
  /** Takes the end whose close breaks the connection when the part dies. */
  readonly opened: (end: ConnEnd<never>) => void;
}

interface Listening {
  readonly part: string;
  readonly life: Life;
  readonly onConn: (conn: Conn) => void;
}

/** The virtual network: who listens where, and the connections between parts. */
export class Network {
  readonly #kernel: Kernel;
  readonly #linkOf: LinkOf;
  readonly #pairing: Pairing;
  readonly #listeners = new Map<string, Listening>();
  readonly #ends = new Map<Life, Set<ConnEnd<never>>>();

  constructor(kernel: Kernel, linkOf: LinkOf, pairing: Pairing = framePair) {
    this.#kernel = kernel;
    this.#linkOf = linkOf;
    this.#pairing = pairing;
  }

  /** Open connection ends of one life. */
  connections(life: Life): number {
    return this.#ends.get(life)?.size ?? 0;
  }

  /** The transport of one life of `part`. Other ends see it under its part name, verified (virtual mutual TLS). */
  transport(part: string, life: Life): Transport {
    return {
      dial: (address, cancel) => this.#dial(part, life, address, cancel),
      listen: async (address, onConn) => this.#listen(part, life, address, onConn),
    };
  }

  /** The process behind `life` is gone: its peers get a reset over the link, its addresses refuse. */
  drop(life: Life): void {
    for (const [address, listening] of this.#listeners) if (listening.life === life) this.#listeners.delete(address);
    const ends = this.#ends.get(life);
    this.#ends.delete(life);
    if (ends === undefined) return;
    for (const end of ends) {
      end.tellOther({ cause: 'reset', detail: 'peer process ended' });
      end.closed = true;
    }
  }

  #listen(part: string, life: Life, address: string, onConn: (conn: Conn) => void): Listener {
    if (this.#listeners.has(address)) {
      throw new HoldfastError('ERR_PORT_IN_USE', `${address} is taken`, { facts: { address } });
    }
    const listening = { part, life, onConn };
    this.#listeners.set(address, listening);
    return {
      address,
      close: async () => {
        if (this.#listeners.get(address) === listening) this.#listeners.delete(address);
      },
    };
  }

  #dial(part: string, life: Life, address: string, cancel: Cancel | undefined): Promise<Conn> {
    return new Promise((resolve, reject) => {
      new Dialling(this, this.#kernel, this.#linkOf(part, address), { part, life, address }, resolve, reject, cancel);
    });
  }

  listening(address: string): Listening | undefined {
    return this.#listeners.get(address);
  }

  /** Makes both ends; the listener gets its own with the dialler's first bytes. */
  connect(link: Link, dialler: { part: string; life: Life }, listening: Listening): Conn {
    const wire = { kernel: this.#kernel, link };
    let first: ConnEnd<never> | undefined;
    const near: PairingSide = {
      ...dialler,
      opened: (end) => {
        first = end;
        this.#opened(dialler.life, end);
      },
    };
    const far: PairingSide = { ...listening, opened: (end) => this.#opened(listening.life, end) };
    const [here, there] = this.#pairing(wire, near, far);
    // On the connection's own flow, so that nothing overtakes it.
    first?.transmit({ run: () => listening.onConn(there) }, 0);
    return here;
  }

  #opened(life: Life, end: ConnEnd<never>): void {
    let ends = this.#ends.get(life);
    if (ends === undefined) {
      ends = new Set();
      this.#ends.set(life, ends);
    }
    ends.add(end);
    end.openEnds = ends;
  }
}

/** L1: frames as they are. */
export const framePair: Pairing = (wire, dialler, listener) => {
  const shared = new Wire<Frame>(wire.kernel, wire.link, frameSize);
  const near = new ConnEnd<Frame>(shared, dialler.life, { address: listener.part, certificateName: listener.part });
  const far = new ConnEnd<Frame>(shared, listener.life, { address: dialler.part, certificateName: dialler.part });
  near.other = far;
  far.other = near;
  dialler.opened(near as unknown as ConnEnd<never>);
  listener.opened(far as unknown as ConnEnd<never>);
  return [near, far];
};
