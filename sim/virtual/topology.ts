import type { RunningConnector } from '../../proxy/connector/config.ts';
import { startConnector } from '../../proxy/connector/connector.ts';
import { DirectoryModel } from '../../proxy/directory/model.ts';
import { TicketCache } from '../../proxy/directory/ticket-cache.ts';
import type { Random } from '../../proxy/host/random.ts';
import type { Micros } from '../../proxy/host/units.ts';
import type { RunningService } from '../../proxy/service/config.ts';
import { startService } from '../../proxy/service/service.ts';
import type { IdentityPort } from '../../proxy/token/identity-port.ts';
import { type TokenHop, TokenServiceModel } from '../../proxy/token/model.ts';
import type { ConnectorPlan, LinkPlan, Plan } from '../plan/plan.ts';
import { connectorConfigOf, redirectUrisOf, serviceConfigOf } from '../plan/roles.ts';
import { Backends, internalUrlOf } from './backends.ts';
import type { Filler } from './filler.ts';
import { VirtualClock } from './host-clock.ts';
import { StandInCrypto } from './host-crypto.ts';
import type { CountingLog } from './host-log.ts';
import { InitialTickets } from './initial-tickets.ts';
import { type Kernel, worldLife } from './kernel.ts';
import type { Life, Task } from './life.ts';
import { Link } from './link.ts';
import { Network, type Pairing } from './network.ts';
import { type Ground, Part, type PartState } from './part.ts';
import { throughLife } from './through-life.ts';
import type { Door, UserExchange } from './user-exchange.ts';

export interface TopologyOptions {
  readonly log: CountingLog;
  readonly onState: (part: string, state: PartState) => void;
  readonly pairing: Pairing;
  readonly filler: Filler;
}

/** A connector of the plan: its process and its two links. */
export interface ConnectorSite {
  readonly plan: ConnectorPlan;
  readonly part: Part<RunningConnector>;
  readonly serviceLink: Link;
  readonly backendLink: Link;
  /** What its lives have in common. */
  readonly calls: {
    /** By backends, so far. */
    served: number;
  };
  /** CPU demand is multiplied by `factor` from now on, across restarts. */
  slow(factor: number): void;
}

/** A service instance: its process, and how users reach it. */
export interface InstanceSite {
  readonly id: string;
  readonly part: Part<RunningService>;
  readonly door: Door;
}

/** A class of its own: every request asks it, and getters of an object literal are looked up anew each time (V8). */
class InstanceDoor implements Door {
  readonly link: Link;
  readonly open: UserExchange[] = [];
  readonly #part: Part<RunningService>;

  constructor(link: Link, part: Part<RunningService>) {
    this.link = link;
    this.#part = part;
  }

  get life(): Life {
    return this.#part.life;
  }

  get service(): RunningService | undefined {
    return this.#part.running;
  }
}

/** All parts of a plan in one virtual world, not started yet. */
export class Topology {
  readonly instances: ReadonlyMap<string, InstanceSite>;
  readonly connectors: ReadonlyMap<string, ConnectorSite>;
  readonly backends: Backends;
  readonly tokenService: TokenServiceModel;
  readonly tokenLink: Link;
  readonly tokenHop: TokenHop;
  readonly directory: DirectoryModel | undefined;
  readonly network: Network;
  readonly #plan: Plan;
  readonly #kernel: Kernel;
  readonly #random: Random;
  readonly #ground: Ground;
  readonly #initialTickets: InitialTickets;

  constructor(plan: Plan, kernel: Kernel, random: Random, options: TopologyOptions) {
    this.#plan = plan;
    this.#kernel = kernel;
    this.#random = random;
    this.network = new Network(kernel, (from) => this.#serviceLinkOf(from), options.pairing);
    this.#ground = { kernel, network: this.network, random, log: options.log, onState: options.onState };
    const clock = new VirtualClock(kernel, worldLife);
    this.tokenLink = this.#link('token-service', plan.topology.tokenLink);
    this.tokenHop = hopOver(this.tokenLink);
    const { sessionLife, exchangeTime } = plan.identity;
    this.tokenService = new TokenServiceModel(
      clock,
      random.fork('token-service'),
      new StandInCrypto('token-service', random.fork('token-service/crypto')),
      { sessionLife, exchangeTime, redirectUris: redirectUrisOf(plan) },
    );
    this.directory =
      plan.directory === null
        ? undefined
        : new DirectoryModel(clock, random, {
            controllers: plan.directory.controllers,
            ticketLife: plan.directory.ticketLife,
            issueTime: plan.directory.issueTime,
          });
    this.#initialTickets = new InitialTickets(plan, random);
    this.backends = new Backends(kernel, plan.applications, random, options.filler);
    this.instances = new Map(plan.topology.instances.map(({ id }) => [id, this.#instance(id)]));
    this.connectors = new Map(plan.topology.connectors.map((connector) => [connector.id, this.#connector(connector)]));
  }

  /** Starts every process. */
  start(): void {
    for (const { part } of this.instances.values()) part.start();
    for (const { part } of this.connectors.values()) part.start();
  }

  #serviceLinkOf(from: string): Link {
    return (this.connectors.get(from) as ConnectorSite).serviceLink;
  }

  #link(name: string, plan: LinkPlan): Link {
    return new Link(this.#kernel, plan, this.#random.fork(`link/${name}`));
  }

  #instance(id: string): InstanceSite {
    const plan = this.#plan;
    const part: Part<RunningService> = new Part(this.#ground, id, async (host) => {
      const config = serviceConfigOf(plan, id, id, internalUrlOf);
      const service = await startService(host, config, { identity: this.#identityPort(part.life) });
      await service.opened;
      return service;
    });
    const link = this.#link(`user/${id}`, plan.topology.userLink);
    return { id, part, door: new InstanceDoor(link, part) };
  }

  #connector(plan: ConnectorPlan): ConnectorSite {
    const site = this.#plan.topology.sites.find(({ id }) => id === plan.site) as Plan['topology']['sites'][number];
    const backendLink = this.#link(`backend/${plan.id}`, site.backendLink);
    const serviceLink = this.#link(`service/${plan.id}`, site.serviceLink);
    const instances = this.#plan.topology.instances.map(({ id }) => id);
    const config = connectorConfigOf(this.#plan, plan, instances, internalUrlOf);
    let factor = 1;
    let begun = !this.#plan.identity.startInEquilibrium;
    const calls = { served: 0 };
    const part: Part<RunningConnector> = new Part(this.#ground, plan.id, async (host) => {
      const { life } = part;
      const origin = this.backends.origin(life, backendLink, () => {
        calls.served += 1;
      });
      // A connector that comes back after a crash begins with an empty cache.
      const tickets = this.#tickets(life, host.clock as VirtualClock, backendLink, begun ? undefined : plan.id);
      begun = true;
      const running = await startConnector(host, config, { origin, tickets });
      if (factor !== 1) running.slow(factor);
      return running;
    });
    return {
      plan,
      part,
      serviceLink,
      backendLink,
      calls,
      slow: (by) => {
        factor = by;
        part.running?.slow(by);
      },
    };
  }

  /** `inEquilibrium`: the connector whose cache begins as full as it would be after a long time; undefined: empty. */
  #tickets(
    life: Life,
    clock: VirtualClock,
    link: Link,
    inEquilibrium: string | undefined,
  ): Pick<TicketCache, 'ticketFor'> | undefined {
    if (this.directory === undefined) return undefined;
    const negativeCache = this.#plan.directory?.negativeCache as Micros;
    const cache = new TicketCache(this.directory, clock, {
      negativeCache,
      network: () => (2 * link.delay(0)) as Micros,
    });
    const give = inEquilibrium === undefined ? undefined : this.#initialTickets.giveTo(cache, inEquilibrium);
    return {
      ticketFor: (user, application, cancel) => {
        give?.(user, application, clock.now());
        const ticket = cache.ticketFor(user, application, cancel);
        return ticket instanceof Promise ? throughLife(life, ticket) : ticket;
      },
    };
  }

  /** The token service as one life of an instance sees it. */
  #identityPort(life: Life): IdentityPort {
    const port = this.tokenService.port(this.tokenHop);
    return {
      metadata: (cancel) => throughLife(life, port.metadata(cancel)),
      keys: (metadata, cancel) => throughLife(life, port.keys(metadata, cancel)),
      authorizationUrl: (metadata, request) => port.authorizationUrl(metadata, request),
      redeem: (metadata, code, codeVerifier, redirectUri, cancel) =>
        throughLife(life, port.redeem(metadata, code, codeVerifier, redirectUri, cancel)),
      refresh: (metadata, refreshToken, cancel) => throughLife(life, port.refresh(metadata, refreshToken, cancel)),
      verify: (metadata, tokens, keys, now) => port.verify(metadata, tokens, keys, now),
    };
  }
}

function hopOver(link: Link): TokenHop {
  return {
    roundTrip: ({ sent, answered }) => (link.delay(sent) + link.delay(answered)) as Micros,
    state: () => {
      if (link.silent) return 'silence';
      if (!link.resetting) return 'open';
      link.countReset();
      return 'reset';
    },
    opened: (cancel) =>
      new Promise((resolve) => {
        const goOn: Task = {
          run: () => {
            withdraw();
            resolve();
          },
        };
        link.hold(goOn);
        const withdraw = cancel.onCancel(() => {
          link.letGo(goOn);
          resolve();
        });
      }),
  };
}
