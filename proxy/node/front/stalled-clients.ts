import type { Socket } from 'node:net';
import type { Clock, TimerId } from '../../host/clock.ts';
import { ms } from '../../host/units.ts';
import { breakOff } from './connections.ts';
import type { FrontLimits } from './limits.ts';

/** What a client had taken at a look. */
interface Seen {
  /** Bytes written for it so far. */
  readonly written: number;
  /** Bytes of the writes it took whole, and those that still wait of the one under way. */
  readonly taken: number;
  readonly waiting: number;
  /** Bytes it took since the look before; endless when that was the first, or when it took all that there was. */
  readonly moved: number;
}

/**
 * Cuts clients that take nothing of an answer, or next to nothing: not one that streams alone, which waits for its client
 * itself, but also a whole one and a train of short ones. Looks at the connections of a front now and then, so that requests
 * pay nothing; a client is cut after `bodyIdleMs` without `bodyLeastBytes`, at the latest half as much later. Looks are
 * counted, not time: a process that was frozen did not see what its clients would have taken.
 */
export class StalledClients {
  readonly #unread: () => Iterable<Socket>;
  readonly #clock: Clock;
  readonly #between: number;
  readonly #least: number;
  #seen = new Map<Socket, Seen>();
  #timer: TimerId | undefined;

  /** `unread`: connections with an answer not all of which has left the process. */
  constructor(
    unread: () => Iterable<Socket>,
    clock: Clock,
    { bodyIdleMs, bodyLeastBytes }: Pick<FrontLimits, 'bodyIdleMs' | 'bodyLeastBytes'>,
  ) {
    this.#unread = unread;
    this.#clock = clock;
    this.#between = Math.max(1, Math.ceil(bodyIdleMs / 2));
    this.#least = bodyLeastBytes;
  }

  /** From now on, until `end`. */
  begin(): void {
    this.#timer = this.#clock.timeout(ms(this.#between), () => {
      this.#look();
      this.begin();
    });
  }

  end(): void {
    if (this.#timer !== undefined) this.#clock.clear(this.#timer);
  }

  #look(): void {
    const seen = new Map<Socket, Seen>();
    for (const socket of this.#unread()) {
      const written = socket.bytesWritten;
      const taken = written - socket.writableLength;
      const waiting = queued(socket);
      const before = this.#seen.get(socket);
      const moved = movedSince(before, taken, waiting);
      if (before !== undefined && before.moved + moved < this.#least) breakOff(socket);
      else seen.set(socket, { written, taken, waiting, moved });
    }
    this.#seen = seen;
  }
}

/** Of a write that ended meanwhile all is counted, of the one after it nothing yet: two looks see enough of either. */
function movedSince(before: Seen | undefined, taken: number, waiting: number): number {
  if (before === undefined || taken >= before.written) return Number.POSITIVE_INFINITY;
  return taken === before.taken ? Math.max(0, before.waiting - waiting) : taken - before.taken;
}

/**
 * Bytes that the system has not taken of the write under way. Node itself tells slow from stalled by this field of the socket's
 * handle, which it does not document; without it only whole writes count.
 */
function queued(socket: Socket): number {
  return (socket as Socket & { _handle?: { writeQueueSize?: number } | null })._handle?.writeQueueSize ?? 0;
}
