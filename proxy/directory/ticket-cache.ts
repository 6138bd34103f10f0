import type { TicketSource } from '../connector/config.ts';
import type { Cancel } from '../host/cancel.ts';
import { CancelSource } from '../host/cancel.ts';
import type { Clock } from '../host/clock.ts';
import type { Instant, Micros } from '../host/units.ts';
import { after, seconds } from '../host/units.ts';
import type { DirectoryModel } from './model.ts';

export interface TicketCacheOptions {
  /** After no controller answered, requests fail at once for this long (Netlogon NegativeCachePeriod, 45 s). */
  readonly negativeCache: Micros;
  /** Tickets kept at most; the longest held goes first. */
  readonly limit: number;
  /** Network time between this connector and the controllers, both ways. */
  readonly network: () => Micros;
}

const defaults: TicketCacheOptions = {
  negativeCache: seconds(45),
  limit: 50_000,
  network: () => 0 as Micros,
};

/**
 * Tickets of one connector, by (user, application). Connectors do not share tickets: every user needs one on every connector,
 * so a wide group has fewer hits and feels a directory outage sooner.
 */
export class TicketCache implements TicketSource {
  readonly #directory: DirectoryModel;
  readonly #clock: Clock;
  readonly #options: TicketCacheOptions;
  readonly #ends = new Map<string, Instant>();
  /** Requests under way, joined by others for the same ticket. */
  readonly #flights = new Map<string, Promise<'ok' | 'unavailable'>>();
  #failFastUntil = 0 as Instant;

  /** `clock`: the connector's; its wall clock is what the directory compares. */
  constructor(directory: DirectoryModel, clock: Clock, options: Partial<TicketCacheOptions> = {}) {
    this.#directory = directory;
    this.#clock = clock;
    this.#options = { ...defaults, ...options };
  }

  /** Tickets held, live or over. */
  get size(): number {
    return this.#ends.size;
  }

  /** `ok` at once when cached; `cancel` gives up this wait, not the request others may share. */
  ticketFor(user: string, application: string, cancel: Cancel): 'ok' | Promise<'ok' | 'unavailable'> {
    const key = `${user}\n${application}`;
    const end = this.#ends.get(key);
    const now = this.#clock.now();
    if (end !== undefined && now < end) return 'ok';
    if (now < this.#failFastUntil) return Promise.resolve('unavailable');
    let flight = this.#flights.get(key);
    if (flight === undefined) {
      flight = this.#request(key);
      this.#flights.set(key, flight);
    }
    const running = flight;
    return new Promise((resolve) => {
      const withdraw = cancel.onCancel(() => resolve('unavailable'));
      void running.then((result) => {
        withdraw();
        resolve(result);
      });
    });
  }

  /** A ticket as if issued `age` ago: stationary start. */
  seed(user: string, application: string, age: Micros): void {
    const left = this.#directory.options.ticketLife - age;
    if (left > 0) this.#hold(`${user}\n${application}`, after(this.#clock.now(), left as Micros));
  }

  async #request(key: string): Promise<'ok' | 'unavailable'> {
    const result = await this.#directory.issue(this.#clock.wall(), this.#options.network(), new CancelSource());
    this.#flights.delete(key);
    const now = this.#clock.now();
    if (result.kind === 'unreachable') this.#failFastUntil = after(now, this.#options.negativeCache);
    if (result.kind !== 'ticket') return 'unavailable';
    this.#hold(key, after(now, result.life));
    return 'ok';
  }

  #hold(key: string, end: Instant): void {
    this.#ends.delete(key);
    this.#ends.set(key, end);
    if (this.#ends.size <= this.#options.limit) return;
    const oldest = this.#ends.keys().next().value;
    if (oldest !== undefined) this.#ends.delete(oldest);
  }
}
