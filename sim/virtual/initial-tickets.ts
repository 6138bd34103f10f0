import type { TicketCache } from '../../proxy/directory/ticket-cache.ts';
import type { Random } from '../../proxy/host/random.ts';
import type { Micros } from '../../proxy/host/units.ts';
import type { Plan } from '../plan/plan.ts';

/**
 * What connectors hold of tickets when a run begins, seen at a random instant of a life that has gone on for ever. A ticket of
 * life L is fetched by the first request after its predecessor's end, and a user's requests reach one connector at rate r: so it
 * is held for the share L/(L + 1/r) of the time, and its rest is then uniform on (0, L]. Without this all tickets would be fetched
 * at the start and end together, and what a directory outage costs would depend on when it is.
 */
export class InitialTickets {
  readonly #random: Random;
  readonly #life: number;
  /** Requests of one user that reach one connector, per microsecond, by `workload\napplication`. */
  readonly #rates = new Map<string, number>();

  /** `plan` has a directory. */
  constructor(plan: Plan, random: Random) {
    this.#random = random;
    this.#life = plan.directory?.ticketLife ?? 0;
    for (const { id, application, requestsPerSecond, users } of plan.workloads) {
      const group = plan.applications.find((one) => one.id === application)?.group;
      const connectors = plan.topology.connectors.filter((one) => one.group === group).length;
      this.#rates.set(`${id}\n${application}`, requestsPerSecond / 1_000_000 / users / Math.max(1, connectors));
    }
  }

  /**
   * Microseconds, counted from the start of the run, that this connector's ticket for `user` still lives; 0: it holds none.
   * Depends on the names alone, so it may be asked at any time and in any order. `user` begins with its workload and a dash.
   */
  restOf(connector: string, user: string, application: string): number {
    const rate = this.#rates.get(`${user.slice(0, user.lastIndexOf('-'))}\n${application}`);
    if (rate === undefined) return 0;
    const random = this.#random.fork(`ticket/${connector}/${user}/${application}`);
    const held = this.#life / (this.#life + 1 / rate);
    return random.next() < held ? (1 - random.next()) * this.#life : 0;
  }

  /** Gives a cache that was empty at instant 0 what it would hold by `now`; to be called before a user's ticket is asked for. */
  giveTo(cache: TicketCache, connector: string): (user: string, application: string, now: number) => void {
    const given = new Set<string>();
    return (user, application, now) => {
      const key = `${user}\n${application}`;
      if (given.has(key)) return;
      given.add(key);
      const left = this.restOf(connector, user, application) - now;
      if (left > 0) cache.seed(user, application, Math.round(this.#life - left) as Micros);
    };
  }
}
