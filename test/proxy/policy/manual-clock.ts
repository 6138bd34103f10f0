import type { Cancel } from '../../../proxy/host/cancel.ts';
import type { Clock, Sleeper, TimerId } from '../../../proxy/host/clock.ts';
import type { Host } from '../../../proxy/host/host.ts';
import { seededRandom } from '../../../proxy/host/random.ts';
import type { EpochMs, Instant, Micros } from '../../../proxy/host/units.ts';
import { nodeCrypto } from '../../../proxy/node/crypto.ts';

interface Timer {
  readonly at: number;
  readonly id: number;
  readonly fn: () => void;
}

/** A clock that a test moves by hand. Timers of equal instants fire in the order they were set. */
export class ManualClock implements Clock {
  #now = 0;
  #ids = 0;
  #timers: Timer[] = [];
  /** Added to the wall clock, milliseconds. */
  skew = 0;

  now(): Instant {
    return this.#now as Instant;
  }

  wall(): EpochMs {
    return (1_700_000_000_000 + Math.floor(this.#now / 1000) + this.skew) as EpochMs;
  }

  sleep(span: Micros, cancel?: Cancel): Promise<void> {
    return new Promise((resolve) => {
      const id = this.timeout(span, resolve);
      cancel?.onCancel(() => {
        this.clear(id);
        resolve();
      });
    });
  }

  wake(span: Micros, sleeper: Sleeper): void {
    this.timeout(span, () => sleeper.awake());
  }

  alarm(span: Micros, sleeper: Sleeper): TimerId {
    return this.timeout(span, () => sleeper.awake());
  }

  timeout(span: Micros, fn: () => void): TimerId {
    const timer = { at: this.#now + span, id: this.#ids++, fn };
    this.#timers.push(timer);
    return timer.id as TimerId;
  }

  clear(id: TimerId): void {
    this.#timers = this.#timers.filter((timer) => timer.id !== id);
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Lets `span` pass; between timers all that became ready runs. */
  async pass(span: number): Promise<void> {
    const end = this.#now + span;
    for (;;) {
      await settle();
      const next = this.#timers.filter((t) => t.at <= end).sort((a, b) => a.at - b.at || a.id - b.id)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = next.at;
      next.fn();
    }
    this.#now = end;
  }

  /** Lets time pass until `promise` is settled, at most `limit`. */
  async until<T>(promise: Promise<T>, limit = 3_600_000_000): Promise<T> {
    let done = false;
    const mark = (): void => {
      done = true;
    };
    void promise.then(mark, mark);
    const end = this.#now + limit;
    while (!done && this.#now < end) {
      await settle();
      if (done) break;
      const next = this.#timers.map((t) => t.at).sort((a, b) => a - b)[0];
      if (next === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        continue;
      }
      await this.pass(next - this.#now);
    }
    if (!done) throw new Error('not settled within the limit');
    return promise;
  }
}

/** Runs every microtask, however deep. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A Host around a manual clock; it has no network. */
export function manualHost(clock: ManualClock, seed = 'test', secret = 'test secret'): Host & { events: string[] } {
  const events: string[] = [];
  const store = new Map<string, string>();
  return {
    id: 'service/1',
    clock,
    random: seededRandom(seed),
    net: {
      dial: () => Promise.reject(new Error('no network')),
      listen: () => Promise.reject(new Error('no network')),
    },
    store: {
      get: (key) => store.get(key),
      set: (key, value) => void store.set(key, value),
      delete: (key) => void store.delete(key),
    },
    crypto: nodeCrypto(secret),
    log: { debugEnabled: true, event: (_level, name) => void events.push(name) },
    events,
  };
}
