import type { Cancel } from '../../proxy/host/cancel.ts';
import type { Clock, Sleeper, TimerId } from '../../proxy/host/clock.ts';
import { epochMs, type Instant, instant, type Micros } from '../../proxy/host/units.ts';

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly fn: () => void;
}

/** A clock that stands until the test lets it run. Entries of one instant run in the order they were made. */
export class ManualClock implements Clock {
  #now = 0;
  #order = 0;
  #entries = new Map<number, Entry>();
  /** Added to the wall clock, milliseconds. */
  skew = 0;
  /** Waits until nothing moves but time; a world with real sockets puts its own here. */
  settle: () => Promise<void> = settled;

  now(): Instant {
    return instant(this.#now);
  }

  wall(): ReturnType<Clock['wall']> {
    return epochMs(1_700_000_000_000 + Math.floor(this.#now / 1_000) + this.skew);
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
    const order = ++this.#order;
    this.#entries.set(order, { at: this.#now + span, order, fn });
    return order as TimerId;
  }

  clear(id: TimerId): void {
    this.#entries.delete(id);
  }

  /** Entries that wait. */
  get pending(): number {
    return this.#entries.size;
  }

  /** Runs everything due within `span`, letting promises settle after each entry. */
  async pass(span: number): Promise<void> {
    const end = this.#now + span;
    await this.settle();
    for (;;) {
      const next = this.#next();
      if (next === undefined || next.at > end) break;
      this.#entries.delete(next.order);
      this.#now = Math.max(this.#now, next.at);
      next.fn();
      await this.settle();
    }
    this.#now = end;
  }

  /** Time passes without anything being run: what a frozen process sees afterwards. */
  freeze(span: Micros): void {
    this.#now += span;
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
      await this.settle();
      if (done) break;
      const next = this.#next();
      if (next === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        continue;
      }
      await this.pass(next.at - this.#now);
    }
    if (!done) throw new Error('not settled within the limit');
    return promise;
  }

  #next(): Entry | undefined {
    let best: Entry | undefined;
    for (const entry of this.#entries.values()) {
      if (best === undefined || entry.at < best.at || (entry.at === best.at && entry.order < best.order)) best = entry;
    }
    return best;
  }
}

/** Every promise reaction that is ready has run afterwards. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
