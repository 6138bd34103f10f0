import type { Instant } from '../../proxy/host/units.ts';
import type { Pending, Scheduler } from './engine/scheduler.ts';
import type { Toxic } from './toxic.ts';

/** What a toxic's own timetable leads to. */
export interface ToxicTimes {
  wake(toxic: Toxic): void;
  expire(toxic: Toxic): void;
}

/** Wakes toxics after `start_after_ms` and ends them `duration_ms` later, both counted from when they were added. */
export class ToxicClock {
  readonly #scheduler: Scheduler;
  readonly #times: ToxicTimes;
  readonly #born = new Map<Toxic, Instant>();
  readonly #pending = new Map<Toxic, Pending>();

  constructor(scheduler: Scheduler, times: ToxicTimes) {
    this.#scheduler = scheduler;
    this.#times = times;
  }

  /** Starts or, after a change of settings, restarts a toxic's timetable; sets `sleeping`. */
  plan(toxic: Toxic): void {
    this.#pending.get(toxic)?.cancel();
    this.#pending.delete(toxic);
    const now = this.#scheduler.now();
    const born = this.#born.get(toxic) ?? now;
    this.#born.set(toxic, born);
    const { start_after_ms: startAfterMs = 0, duration_ms: durationMs = 0 } = toxic.common;
    const wakeAt = (born + startAfterMs * 1_000) as Instant;
    toxic.sleeping = wakeAt > now;
    const expireLater = (): void => {
      if (durationMs === 0) return;
      const due = (wakeAt + durationMs * 1_000) as Instant;
      this.#pending.set(
        toxic,
        this.#scheduler.at(due, () => this.#times.expire(toxic)),
      );
    };
    if (!toxic.sleeping) {
      expireLater();
      return;
    }
    this.#pending.set(
      toxic,
      this.#scheduler.at(wakeAt, () => {
        toxic.sleeping = false;
        expireLater();
        this.#times.wake(toxic);
      }),
    );
  }

  /** The toxic is gone. */
  forget(toxic: Toxic): void {
    this.#pending.get(toxic)?.cancel();
    this.#pending.delete(toxic);
    this.#born.delete(toxic);
  }
}
