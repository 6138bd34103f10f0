import type { Cancel } from '../host/cancel.ts';
import type { Host } from '../host/host.ts';
import type { Random } from '../host/random.ts';
import { ms } from '../host/units.ts';
import { choose } from '../policy/balancer.ts';
import type { Behaviour, QueueRule } from '../policy/behaviour.ts';
import { Ejection } from '../policy/ejection.ts';
import { WaitQueue } from '../policy/wait-queue.ts';
import type { RegisteredConnector } from './registered-connector.ts';

export type Reservation =
  | { readonly kind: 'connector'; readonly connector: RegisteredConnector }
  | { readonly kind: 'none'; readonly cause: 'no-connector' | 'overload' | 'cancelled' };

/** After a connector turned a request away its limit rises in steps of this span, a quarter each, until it is its cap again. */
const limitStep = ms(100);
/** Requests of one application that wait for any connector at all; beyond: `overload`. */
const absentMost = 10_000;

type Queues = Map<string, WaitQueue<RegisteredConnector>>;

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
  readonly #absent: Queues = new Map();
  /** Connectors there, all at their limit. A queue for each application, so that a slow one does not fill another's. */
  readonly #busy: Queues = new Map();
  #leaving = false;
  #available: RegisteredConnector[] | undefined = undefined;

  constructor(host: Host, id: string, behaviour: Behaviour) {
    this.#host = host;
    this.#id = id;
    this.#behaviour = behaviour;
    this.#random = host.random.fork(`balance/${id}`);
    this.ejection = new Ejection(behaviour.ejection, host.random.fork(`ejection/${id}`));
  }

  get size(): number {
    return this.#connectors.length;
  }

  /** Connectors with a tunnel that takes new work. */
  get reachable(): number {
    return this.#connectors.filter((connector) => connector.reachable).length;
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
    this.#sendAway();
  }

  /** The instance is going away: from now on nobody waits for a connector that will not come. */
  leave(): void {
    this.#leaving = true;
    this.#sendAway();
  }

  #sendAway(): void {
    if (!this.#leaving || this.#isReachable()) return;
    for (const queues of [this.#absent, this.#busy]) for (const queue of queues.values()) queue.endAll('cancelled');
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
    return this.#wait(application, avoid, cancel);
  }

  release(connector: RegisteredConnector): void {
    const wasAtCap = connector.atCap;
    connector.inFlight -= 1;
    if (!wasAtCap) return;
    this.#available = undefined;
    this.#wake();
  }

  /**
   * Instead of `release`, for a request that the connector would not take (its cap is shared by all instances, or its queue
   * is full): it gets no more at once than it has now until one of those ends, and slowly more as time passes.
   */
  turnedAway(connector: RegisteredConnector): void {
    connector.inFlight -= 1;
    this.#available = undefined;
    const limited = connector.limit < connector.maxStreams;
    connector.limit = Math.min(connector.limit, connector.inFlight);
    if (!limited) this.#raiseLater(connector);
  }

  #raiseLater(connector: RegisteredConnector): void {
    this.#host.clock.timeout(limitStep, () => {
      const { limit, maxStreams } = connector;
      connector.limit = Math.min(maxStreams, limit + Math.max(1, Math.floor(limit / 4)));
      if (connector.limit < maxStreams && this.#connectors.includes(connector)) this.#raiseLater(connector);
      this.changed();
    });
  }

  async #wait(application: string, avoid: RegisteredConnector | undefined, cancel: Cancel): Promise<Reservation> {
    const reachable = this.#isReachable();
    if (this.#leaving && !reachable) return { kind: 'none', cause: 'cancelled' };
    const { connectorWait, queue } = this.#behaviour;
    const waiting = reachable
      ? this.#queue(this.#busy, application, queue)
      : this.#queue(this.#absent, application, { perApplication: absentMost, timeout: connectorWait });
    const got = await waiting.wait(cancel, avoid);
    if (got === 'cancelled') return { kind: 'none', cause: 'cancelled' };
    if (typeof got !== 'string') return { kind: 'connector', connector: got };
    return { kind: 'none', cause: reachable ? 'overload' : 'no-connector' };
  }

  #queue(queues: Queues, application: string, rule: QueueRule): WaitQueue<RegisteredConnector> {
    let queue = queues.get(application);
    if (queue === undefined) {
      queue = new WaitQueue(this.#host.clock, rule);
      queues.set(application, queue);
    }
    return queue;
  }

  #isReachable(): boolean {
    return this.#connectors.some((connector) => connector.reachable);
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
    if (this.#serve(this.#absent)) this.#serve(this.#busy);
  }

  /** One place to each application in turn. False: no place is left. */
  #serve(queues: Queues): boolean {
    for (const [application, queue] of queues) {
      if (queue.size === 0) continue;
      const connector = this.#pick(queue.avoided, this.lostRoutes(application));
      if (connector === undefined) return false;
      // to the end of the map, where this very loop comes by again
      queues.delete(application);
      queues.set(application, queue);
      queue.offer(connector);
    }
    return true;
  }
}
