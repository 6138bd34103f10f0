import type { Cancel } from '../../proxy/host/cancel.ts';
import { HoldfastError } from '../../proxy/host/errors.ts';
import { type Conn, dialTimeout } from '../../proxy/host/transport.ts';
import type { Kernel } from './kernel.ts';
import type { Life, Task } from './life.ts';
import { type Link, newFlow } from './link.ts';
import type { Network } from './network.ts';

/**
 * What a dial costs before the first frame may leave: one round trip for TCP, one for TLS 1.3. The listener sees the
 * connection half a round trip later, with the dialler's first bytes.
 */
const handshakeRoundTrips = 2;

/** Half round trips that are left once TCP stands. */
const legsOfTls = 2;

/** One dial, on its way until it resolves or rejects: out to the listener, its answer back, another round trip, then a connection. */
export class Dialling {
  readonly #network: Network;
  readonly #kernel: Kernel;
  readonly #link: Link;
  readonly #from: { readonly part: string; readonly life: Life; readonly address: string };
  readonly #resolve: (conn: Conn) => void;
  readonly #reject: (error: unknown) => void;
  readonly #withdraw: (() => void) | undefined;
  #timer: number;
  /** Its half round trip that a silence keeps. */
  #held: Task | undefined = undefined;
  #over = false;
  #legs = handshakeRoundTrips * 2;

  constructor(
    network: Network,
    kernel: Kernel,
    link: Link,
    from: { readonly part: string; readonly life: Life; readonly address: string },
    resolve: (conn: Conn) => void,
    reject: (error: unknown) => void,
    cancel: Cancel | undefined,
  ) {
    this.#network = network;
    this.#kernel = kernel;
    this.#link = link;
    this.#from = from;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = this.#patience();
    this.#withdraw = cancel?.onCancel((reason) => this.#fail(reason === '' ? 'cancelled' : reason));
    this.#next();
  }

  #patience(): number {
    return this.#kernel.timers.add(dialTimeout, { awake: () => this.#fail('timed out') }, this.#from.life);
  }

  /** Sends the next half round trip on its way. */
  #next(): void {
    if (this.#link.silent) {
      this.#held = { run: () => this.#next() };
      this.#link.hold(this.#held);
      return;
    }
    if (this.#link.resetting) {
      this.#link.countReset();
      this.#fail('connection reset');
      return;
    }
    const outward = this.#legs % 2 === 0;
    this.#legs -= 1;
    const at = this.#link.arrival(0, newFlow());
    const listening = this.#network.listening(this.#from.address);
    // The listener must be running to answer: a frozen one keeps the dial waiting, a dead one refuses.
    const atListener = outward && listening !== undefined;
    const leg: Task = {
      run: () => (outward ? this.#reached() : this.#answered()),
      abandoned: () => {
        if (outward) this.#fail('refused');
      },
    };
    this.#kernel.schedule(at, leg, atListener ? listening.life : this.#from.life);
  }

  #reached(): void {
    if (this.#over) return;
    if (this.#network.listening(this.#from.address) === undefined) {
      const at = this.#link.arrival(0, newFlow());
      this.#kernel.schedule(at, { run: () => this.#fail('refused') }, this.#from.life);
      return;
    }
    this.#next();
  }

  #answered(): void {
    if (this.#over) return;
    const listening = this.#network.listening(this.#from.address);
    if (this.#legs === legsOfTls) {
      // A live link takes TCP connections itself, so that there the time-out is for the handshake of TLS alone.
      this.#kernel.timers.clear(this.#timer);
      this.#timer = this.#patience();
    }
    if (this.#legs > 0) this.#next();
    else if (listening === undefined) this.#fail('refused');
    else {
      this.#end();
      this.#resolve(this.#network.connect(this.#link, this.#from, listening));
    }
  }

  #fail(why: string): void {
    if (this.#over) return;
    this.#end();
    const { address, part } = this.#from;
    this.#reject(
      new HoldfastError('ERR_DIAL', `${part} cannot reach ${address}: ${why}`, { facts: { address, from: part, why } }),
    );
  }

  #end(): void {
    this.#over = true;
    if (this.#held !== undefined) this.#link.letGo(this.#held);
    this.#kernel.timers.clear(this.#timer);
    this.#withdraw?.();
  }
}
