import type { Socket } from 'node:net';
import type { Clock, TimerId } from '../../host/clock.ts';
import { ms } from '../../host/units.ts';
import { breakOff } from './connections.ts';

/** What a client had taken at a look. */
interface Seen {
  /** Bytes of the writes it took whole, and those that still wait of the one under way. */
  readonly taken: number;
  readonly waiting: number;
  /** Looks since then at which it had taken no more. */
  readonly idleLooks: number;
}

/**
 * Cuts clients that take no byte of an answer: not one that streams alone, which waits for its client itself, but also a whole
 * one and a train of short ones. Looks at the connections of a front now and then, so that requests pay nothing; a client is
 * cut after `writeIdleMs` without a byte, at the latest half as much later. Looks are counted, not time: a process that was
 * frozen did not see what its clients would have taken.
 */
export class StalledClients {
  readonly #unread: () => Iterable<Socket>;
  readonly #clock: Clock;
  readonly #between: number;
  #seen = new Map<Socket, Seen>();
  #timer: TimerId | undefined;

  /** `unread`: connections with an answer not all of which has left the process. */
  constructor(unread: () => Iterable<Socket>, clock: Clock, writeIdleMs: number) {
    this.#unread = unread;
    this.#clock = clock;
    this.#between = Math.max(1, Math.ceil(writeIdleMs / 2));
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
      const taken = socket.bytesWritten - socket.writableLength;
      const waiting = queued(socket);
      const before = this.#seen.get(socket);
      const idle = before !== undefined && before.taken === taken && before.waiting <= waiting;
      const idleLooks = idle ? before.idleLooks + 1 : 0;
      if (idleLooks >= 2) breakOff(socket);
      else seen.set(socket, { taken, waiting, idleLooks });
    }
    this.#seen = seen;
  }
}

/**
 * Bytes that the system has not taken of the write under way. Node itself tells slow from stalled by this field of the socket's
 * handle, which it does not document; without it only whole writes count.
 */
function queued(socket: Socket): number {
  return (socket as Socket & { _handle?: { writeQueueSize?: number } | null })._handle?.writeQueueSize ?? 0;
}
