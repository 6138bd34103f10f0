import type { Instant } from '../../../proxy/host/units.ts';
import type { Pending, Scheduler } from './scheduler.ts';

/** What a call needs from the link around it. */
export interface CallHost {
  readonly scheduler: Scheduler;
  /** A new turn of the loop: what the link may hand on is whole again. */
  turn(): void;
  /** Work was done outside a push: the link looks again who may go on and whether the sender must wait. */
  settle(): void;
  /** A call threw: the connection ends, others live on. */
  failed(error: unknown): void;
}

/** The calls one stage has pending: at most one hold and one next turn, and what runs beside the flow. */
export class StageCalls {
  readonly #host: CallHost;
  #hold: Pending | undefined;
  #turn: Pending | undefined;
  #later: Pending[] = [];

  constructor(host: CallHost) {
    this.#host = host;
  }

  /** Runs `run` at `due`; replaces the hold before. */
  hold(due: Instant, run: () => void): void {
    this.#hold?.cancel();
    this.#hold = this.#at(due, () => {
      this.#hold = undefined;
      run();
    });
  }

  release(): void {
    this.#hold?.cancel();
    this.#hold = undefined;
  }

  /** Runs `run` once other connections had their turn; asking again before that changes nothing. */
  nextTurn(run: () => void): void {
    this.#turn ??= this.#at(this.#host.scheduler.now(), () => {
      this.#turn = undefined;
      run();
    });
  }

  /** Runs `run` at `due`, beside all others. */
  later(due: Instant, run: () => void): void {
    const pending = this.#at(due, () => {
      this.#later = this.#later.filter((other) => other !== pending);
      run();
    });
    this.#later.push(pending);
  }

  /** Withdraws all of them. */
  withdraw(): void {
    this.release();
    this.#turn?.cancel();
    this.#turn = undefined;
    for (const pending of this.#later) pending.cancel();
    this.#later = [];
  }

  #at(due: Instant, run: () => void): Pending {
    const host = this.#host;
    return host.scheduler.at(due, () => {
      try {
        host.turn();
        run();
        host.settle();
      } catch (error) {
        host.failed(error);
      }
    });
  }
}
