import { connect } from 'node:net';

/** Where the front door finds an instance: `https://host:port` of its fault link. */
interface Probed {
  readonly id: string;
  readonly origin: string;
}

/**
 * The front door's probes of the instances: what a load balancer's probe is, can a connection be made? Fault links take
 * connections themselves, so a probe through one sees neither silence nor resets: of those the probes are told.
 */
export class Probes {
  readonly #instances: readonly Probed[];
  readonly #report: (id: string, succeeded: boolean) => void;
  /** Faults on the link of an instance that let no connection through. */
  readonly #blocked = new Map<string, number>();

  /** `report`: told the result of each probe. */
  constructor(instances: readonly Probed[], report: (id: string, succeeded: boolean) => void) {
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

  /** Probes every instance once; each result is reported when it is known, after 1.1 s at the latest. */
  round(): void {
    for (const { id, origin } of this.#instances) {
      const url = new URL(origin);
      const socket = connect({ host: url.hostname, port: Number(url.port) });
      let over = false;
      const done = (succeeded: boolean): void => {
        socket.destroy();
        if (over) return;
        over = true;
        this.#report(id, succeeded && (this.#blocked.get(id) ?? 0) === 0);
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
