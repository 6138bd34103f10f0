import type { Cancel } from '../host/cancel.ts';
import type { Clock } from '../host/clock.ts';
import type { Random } from '../host/random.ts';
import type { EpochMs, Micros } from '../host/units.ts';
import { hours, micros, minutes, ms, seconds } from '../host/units.ts';

export interface DirectoryOptions {
  /** Domain controllers, ≥ 1. */
  readonly controllers: number;
  /** Life of a service ticket (Windows default 600 minutes). */
  readonly ticketLife: Micros;
  /** A controller's work for one ticket (S4U2Self and S4U2Proxy together). */
  readonly issueTime: Micros;
  /** Lost on a controller that does not answer before the next is tried; not documented, an assumption. */
  readonly controllerTimeout: Micros;
  /** Clocks further apart than this get no ticket (Kerberos default 5 minutes). */
  readonly skewTolerance: Micros;
}

const directoryDefaults: DirectoryOptions = {
  controllers: 2,
  ticketLife: hours(10),
  issueTime: ms(10),
  controllerTimeout: seconds(1),
  skewTolerance: minutes(5),
};

/** What a request for a ticket came to. `unreachable`: no controller answered. */
export type Issued = { readonly kind: 'ticket'; readonly life: Micros } | { readonly kind: 'unreachable' | 'skew' };

/** A fault in force. `hits`: ticket requests that met a controller it took down. */
export interface DirectoryOutage {
  heal(): void;
  hits(): number;
}

/** A directory of several domain controllers that issue application tickets to connectors (S4U-shaped), in virtual time. */
export class DirectoryModel {
  readonly options: DirectoryOptions;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #outages = new Set<{ readonly controller: number | undefined; hits: number }>();
  issued = 0;

  constructor(clock: Clock, random: Random, options: Partial<DirectoryOptions> = {}) {
    this.options = { ...directoryDefaults, ...options };
    this.#clock = clock;
    this.#random = random.fork('directory');
  }

  /** Takes one controller (0-based) down, or all when `controller` is undefined. Issued tickets stay good. */
  down(controller?: number): DirectoryOutage {
    const outage = { controller, hits: 0 };
    this.#outages.add(outage);
    return {
      heal: () => void this.#outages.delete(outage),
      hits: () => outage.hits,
    };
  }

  /**
   * A ticket for one (user, application). Controllers are tried in turn from a random one: connectors are not pinned to a
   * near controller (documented). `wall`: the asking machine's clock. One event; a tripped cancel ends it as unreachable.
   */
  async issue(wall: EpochMs, network: Micros, cancel: Cancel): Promise<Issued> {
    const { controllers, controllerTimeout, issueTime, skewTolerance, ticketLife } = this.options;
    const first = controllers === 1 ? 0 : this.#random.below(controllers);
    let lost = 0;
    let found = false;
    for (let i = 0; i < controllers && !found; i++) {
      if (this.#isDown((first + i) % controllers)) lost += controllerTimeout;
      else found = true;
    }
    await this.#clock.sleep(micros(found ? lost + network + issueTime : lost), cancel);
    if (!found || cancel.cancelled) return { kind: 'unreachable' };
    if (Math.abs(this.#clock.wall() - network / 2000 - issueTime / 1000 - lost / 1000 - wall) * 1000 > skewTolerance) {
      return { kind: 'skew' };
    }
    this.issued++;
    return { kind: 'ticket', life: ticketLife };
  }

  #isDown(controller: number): boolean {
    let down = false;
    for (const outage of this.#outages) {
      if (outage.controller !== undefined && outage.controller !== controller) continue;
      outage.hits++;
      down = true;
    }
    return down;
  }
}
