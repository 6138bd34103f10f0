import type { CloseReason, PeerIdentity } from '../../proxy/host/transport.ts';
import type { Kernel } from './kernel.ts';
import type { Life, Task } from './life.ts';
import { type Flow, type Link, newFlow } from './link.ts';

/** Bytes under way and unread above which `send` says wait: socket buffers of both ends, roughly. */
const highMark = 256 * 1024;
const lowMark = 128 * 1024;
/**
 * Items sent beyond the mark at which a peer that does not read (a frozen one) is given up. The byte codec gives it up at 8 MiB
 * of control frames (`proxy/protocol/byte-conn.ts`), some 40 bytes each; bytes cannot be counted here, since at L1 a whole body is one item.
 */
const mostBeyondMark = 200_000;

/** What both ends of a connection share. `size`: bytes of an item on the wire */
export class Wire<T> {
  readonly kernel: Kernel;
  readonly link: Link;
  /** Exact where bandwidth counts; otherwise headers may be left out, which is quicker. */
  readonly size: (item: T, exact: boolean) => number;

  constructor(kernel: Kernel, link: Link, size: (item: T, exact: boolean) => number) {
    this.kernel = kernel;
    this.link = link;
    this.size = size;
  }
}

const silence = (): void => {};

/**
 * One end of a connection in virtual time: items of one turn travel as one message and arrive in one event. `T` is Frame
 * at L1, bytes at L2.
 */
export class ConnEnd<T> {
  readonly peer: PeerIdentity;
  readonly life: Life;
  readonly wire: Wire<T>;
  other: ConnEnd<T> | undefined = undefined;
  /** Bytes sent by this end that the other has not read. */
  unread = 0;
  closed = false;
  readonly #flow: Flow;
  #onItem: ((item: T) => void) | undefined = undefined;
  #onDrain: () => void = silence;
  #onClose: (reason: CloseReason) => void = silence;
  #closeReason: CloseReason | undefined = undefined;
  #early: T[] = [];
  #message: Message<T> | undefined = undefined;
  #messageTurn = -1;
  #stuffed = false;
  #beyondMark = 0;
  /** The open ends of its life: this one leaves them when it is closed for good. */
  openEnds: Set<unknown> | undefined = undefined;

  constructor(wire: Wire<T>, life: Life, peer: PeerIdentity) {
    this.wire = wire;
    this.life = life;
    this.peer = peer;
    this.#flow = newFlow();
  }

  send(item: T): boolean {
    if (this.closed) return true; // nothing to wait for: onClose tells
    const { kernel, link } = this.wire;
    if (this.#messageTurn === kernel.turn && this.#message !== undefined) {
      const more = this.wire.size(item, false);
      this.#message.add(item, more);
      this.unread += more;
      return this.#fits();
    }
    if (link.resetting) {
      this.reset();
      return true;
    }
    const bytes = this.wire.size(item, link.paced);
    const message = new Message(this.other as ConnEnd<T>, item, bytes);
    this.unread += bytes;
    // A message whose size decides when it arrives takes no passengers.
    if (!link.paced) {
      this.#message = message;
      this.#messageTurn = kernel.turn;
    }
    this.transmit(message, bytes);
    return this.#fits();
  }

  #fits(): boolean {
    if (this.unread <= highMark) return true;
    this.#stuffed = true;
    this.#beyondMark += 1;
    if (this.#beyondMark > mostBeyondMark) this.#giveUp();
    return false;
  }

  #giveUp(): void {
    const detail = 'ERR_TUNNEL_UNREAD: the peer does not read';
    this.tellOther({ cause: 'reset', detail });
    this.ended({ cause: 'lost', detail });
  }

  /** Puts a message or a close on the wire, or keeps it while the link is silent. */
  transmit(task: Task, bytes: number): void {
    this.wire.link.transmit(task, bytes, this.#flow, (this.other as ConnEnd<T>).life);
  }

  onFrame(fn: (item: T) => void): void {
    this.#onItem = fn;
    const early = this.#early;
    this.#early = [];
    for (const item of early) fn(item);
  }

  onDrain(fn: () => void): void {
    this.#onDrain = fn;
  }

  onClose(fn: (reason: CloseReason) => void): void {
    this.#onClose = fn;
    if (this.#closeReason !== undefined) fn(this.#closeReason);
  }

  close(reason: CloseReason): void {
    if (this.closed) return;
    const seen = reason.cause === 'reset' || reason.cause === 'lost' ? 'reset' : 'fin';
    this.tellOther({ cause: seen, detail: reason.detail });
    this.ended({ cause: 'local', detail: reason.detail });
  }

  /** The link resets this connection: both ends learn of it, this one at once. */
  reset(): void {
    if (this.closed) return;
    this.wire.link.countReset();
    this.tellOther({ cause: 'reset', detail: 'connection reset' });
    this.ended({ cause: 'reset', detail: 'connection reset' });
  }

  /** After everything sent before it. */
  tellOther(reason: CloseReason): void {
    const { other } = this;
    if (other === undefined || other.closed) return;
    this.#message = undefined;
    this.transmit({ run: () => other.ended(reason) }, 40);
  }

  ended(reason: CloseReason): void {
    if (this.closed) return;
    this.closed = true;
    this.#closeReason = reason;
    this.openEnds?.delete(this);
    // In an event of its own: a caller of `close` is not called back while it is still busy.
    const notify: Task = { run: () => this.#onClose(reason) };
    this.wire.kernel.schedule(this.wire.kernel.now, notify, this.life);
  }

  /** A message arrived at this end. */
  arrive(first: T, more: readonly T[] | undefined, bytes: number): void {
    const { other } = this;
    if (other !== undefined) other.wasRead(bytes);
    this.#take(first);
    if (more !== undefined) for (const item of more) this.#take(item);
  }

  #take(item: T): void {
    if (this.closed) return;
    if (this.#onItem === undefined) this.#early.push(item);
    else this.#onItem(item);
  }

  wasRead(bytes: number): void {
    this.unread -= bytes;
    if (!this.#stuffed || this.unread > lowMark) return;
    this.#stuffed = false;
    this.#beyondMark = 0;
    // The news travels back as an acknowledgement; its delay is far below what bulk data costs.
    this.wire.kernel.schedule(this.wire.kernel.now, { run: () => this.#onDrain() }, this.life);
  }
}

/** Items of one turn, under way. */
class Message<T> implements Task {
  readonly #to: ConnEnd<T>;
  readonly #first: T;
  #more: T[] | undefined = undefined;
  #bytes: number;

  constructor(to: ConnEnd<T>, first: T, bytes: number) {
    this.#to = to;
    this.#first = first;
    this.#bytes = bytes;
  }

  add(item: T, bytes: number): void {
    if (this.#more === undefined) this.#more = [item];
    else this.#more.push(item);
    this.#bytes += bytes;
  }

  run(): void {
    this.#to.arrive(this.#first, this.#more, this.#bytes);
  }
}
