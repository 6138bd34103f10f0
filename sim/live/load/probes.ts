import { connect } from 'node:net';
import { after, type Instant, type Micros, micros, toMs } from '../../../proxy/host/units.ts';
import { timerMs } from '../timer-span.ts';

/** Where the front door finds an instance: `https://host:port` of its fault link. */
interface Probed {
  readonly id: string;
  readonly origin: string;
}

/** Rounds do not come closer than this, microseconds: a probe takes a tenth of a second. */
const closest = 50_000;

/**
 * The front door's probes of the instances: what a load balancer's probe is, can a connection be made? Fault links take
 * connections themselves, so a probe through one sees neither silence nor resets: of those the probes are told.
 */
export class Probes {
  readonly #instances: readonly Probed[];
  readonly #report: (id: string, succeeded: boolean, sent: Instant) => void;
  /** Faults on the link of an instance that let no connection through. */
  readonly #blocked = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined = undefined;

  /** `report`: told the result of each probe and the instant of its round. */
  constructor(instances: readonly Probed[], report: (id: string, succeeded: boolean, sent: Instant) => void) {
    this.#instances = instances;
    this.#report = report;
  }

  /** No connection gets through to this instance from now on; told once for each fault. */
  block(id: string): void {
    this.#blocked.set(id, (this.#blocked.get(id) ?? 0) + 1);
  }

  /** One of those faults is over. */
  unblock(id: string): void {
    this.#blocked.set(id, Math.max(0, (this.#blocked.get(id) ?? 0) - 1));
  }

  /**
   * A round at `from` and every `interval` after it, by the clock `now`, until `stop`. When a fault is noticed depends on
   * the phase of the rounds, so they are at the plan's own instants, as in virtual time.
   */
  begin(from: Instant, interval: Micros, now: () => Instant): void {
    const wait = Math.max(0, Math.ceil(toMs(micros(from - now()))));
    this.#timer = setTimeout(() => {
      if (now() < from) {
        this.begin(from, interval, now);
        return;
      }
      this.round(from);
      this.begin(after(from, micros(Math.max(closest, interval))), interval, now);
    }, timerMs(wait));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Probes every instance once; each result is reported when it is known, after 1.1 s at the latest. */
  round(sent: Instant): void {
    for (const { id, origin } of this.#instances) {
      const url = new URL(origin);
      const socket = connect({ host: url.hostname, port: Number(url.port) });
      let over = false;
      const done = (succeeded: boolean): void => {
        socket.destroy();
        if (over) return;
        over = true;
        this.#report(id, succeeded && (this.#blocked.get(id) ?? 0) === 0, sent);
      };
      socket.setTimeout(1_000, () => done(false));
      // a fault link accepts for a dead upstream and closes at once: healthy means it stays open for a moment
      socket.once('connect', () => setTimeout(() => done(!socket.destroyed && !socket.readableEnded), 100));
      socket.once('end', () => done(false));
      socket.once('error', () => done(false));
      socket.resume();
    }
  }
}
