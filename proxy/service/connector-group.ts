import type { Cancel } from '../host/cancel.ts';
import type { Host } from '../host/host.ts';
import type { Random } from '../host/random.ts';
import { choose } from '../policy/balancer.ts';
import type { Behaviour } from '../policy/behaviour.ts';
import { Ejection } from '../policy/ejection.ts';
import { WaitQueue } from '../policy/wait-queue.ts';
import type { RegisteredConnector } from './registered-connector.ts';

export type Reservation =
  | { readonly kind: 'connector'; readonly connector: RegisteredConnector }
  | { readonly kind: 'none'; readonly cause: 'no-connector' | 'overload' | 'cancelled' };

/**
 * A connector group at one instance: the unit of redundancy. Hands out places on connectors (a reservation holds one
 * of the connector's streams until `release`), and lets requests wait when there is none.
 */
export class ConnectorGroup {
  readonly #host: Host;
  readonly #behaviour: Behaviour;
  readonly #random: Random;
  readonly #connectors: RegisteredConnector[] = [];
  /** Connectors at fault themselves. */
  readonly ejection: Ejection;
  /** Connectors that lost their way to one application: ejected for that application alone. */
  readonly #lostRoutes = new Map<string, Ejection>();
  readonly #id: string;
  /** No connector at all: "Gateway time-out" after the connector wait. */
  readonly #absent: WaitQueue<RegisteredConnector>;
  /** Connectors there, all at their cap. */
  readonly #busy: WaitQueue<RegisteredConnector>;
  #available: RegisteredConnector[] | undefined = undefined;

  constructor(host: Host, id: string, behaviour: Behaviour) {
    this.#host = host;
    this.#id = id;
    this.#behaviour = behaviour;
    this.#random = host.random.fork(`balance/${id}`);
    this.ejection = new Ejection(behaviour.ejection, host.random.fork(`ejection/${id}`));
    this.#absent = new WaitQueue(host.clock, { perApplication: 10_000, timeout: behaviour.connectorWait });
    this.#busy = new WaitQueue(host.clock, behaviour.queue);
  }

  get size(): number {
    return this.#connectors.length;
  }

  add(connector: RegisteredConnector): void {
    this.#connectors.push(connector);
    this.changed();
  }

  remove(connector: RegisteredConnector): void {
    const at = this.#connectors.indexOf(connector);
    if (at >= 0) this.#connectors.splice(at, 1);
    this.changed();
  }

  /** A tunnel opened, closed or became suspect: the list of available connectors is stale. */
  changed(): void {
    this.#available = undefined;
    this.#wake();
  }

  /** Those of an application that has lost any; undefined: all its routes are well, as nearly always. */
  lostRoutes(application: string): Ejection | undefined {
    return this.#lostRoutes.size === 0 ? undefined : this.#lostRoutes.get(application);
  }

  /** Failures and successes of connectors towards one application; the connectors themselves may be well. */
  routes(application: string): Ejection {
    let routes = this.#lostRoutes.get(application);
    if (routes === undefined) {
      routes = new Ejection(this.#behaviour.ejection, this.#host.random.fork(`routes/${this.#id}/${application}`));
      this.#lostRoutes.set(application, routes);
    }
    return routes;
  }

  /** A place on a connector other than `avoid` where possible; synchronous when there is one now. */
  reserve(
    application: string,
    avoid: RegisteredConnector | undefined,
    cancel: Cancel,
  ): Reservation | Promise<Reservation> {
    const connector = this.#pick(avoid, this.lostRoutes(application));
    if (connector !== undefined) return { kind: 'connector', connector };
    return this.#wait(cancel);
  }

  release(connector: RegisteredConnector): void {
    const wasAtCap = connector.atCap;
    connector.inFlight -= 1;
    if (!wasAtCap) return;
    this.#available = undefined;
    this.#wake();
  }

  async #wait(cancel: Cancel): Promise<Reservation> {
    const reachable = this.#connectors.some((connector) => connector.reachable);
    const got = await (reachable ? this.#busy : this.#absent).wait(cancel);
    if (got === 'cancelled') return { kind: 'none', cause: 'cancelled' };
    if (typeof got !== 'string') return { kind: 'connector', connector: got };
    return { kind: 'none', cause: reachable || got === 'full' ? 'overload' : 'no-connector' };
  }

  #pick(avoid: RegisteredConnector | undefined, routes: Ejection | undefined): RegisteredConnector | undefined {
    const now = this.#host.clock.now();
    let eligible = this.ejection.eligible(this.#list(), now);
    if (routes !== undefined) eligible = routes.eligible(eligible, now);
    if (avoid !== undefined && eligible.length > 1) eligible = eligible.filter((connector) => connector !== avoid);
    const { balancer, slowStart } = this.#behaviour;
    const connector = choose(balancer, eligible, this.#random, now, slowStart);
    if (connector === undefined) return undefined;
    connector.inFlight += 1;
    if (connector.atCap) this.#available = undefined;
    return connector;
  }

  #list(): readonly RegisteredConnector[] {
    this.#available ??= this.#connectors.filter((connector) => connector.reachable && !connector.atCap);
    return this.#available;
  }

  /** Hands places to those who wait, oldest kind first, as long as there are any. */
  #wake(): void {
    for (const queue of [this.#absent, this.#busy]) {
      while (queue.size > 0) {
        const connector = this.#pick(undefined, undefined);
        if (connector === undefined) return;
        if (!queue.offer(connector)) {
          connector.inFlight -= 1;
          break;
        }
      }
    }
  }
}
