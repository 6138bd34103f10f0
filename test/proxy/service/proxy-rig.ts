import type { ConnectorConfig, RunningConnector } from '../../../proxy/connector/config.ts';
import { startConnector } from '../../../proxy/connector/connector.ts';
import { wholeBody } from '../../../proxy/host/body.ts';
import { CancelSource } from '../../../proxy/host/cancel.ts';
import type { Host, Log } from '../../../proxy/host/host.ts';
import type { Origin, RequestMessage, ResponseMessage } from '../../../proxy/host/message.ts';
import { epochMs, type Micros, ms, seconds } from '../../../proxy/host/units.ts';
import { createNodeHost, type NodeHost } from '../../../proxy/node/host.ts';
import { type Behaviour, documented } from '../../../proxy/policy/behaviour.ts';
import { newSession, sealSession, sessionCookieName } from '../../../proxy/policy/session.ts';
import type { PublishedApplication, RunningService, ServiceConfig } from '../../../proxy/service/config.ts';
import { startService } from '../../../proxy/service/service.ts';
import type { Exchange, IdentityPort } from '../../../proxy/token/identity-port.ts';
import type { ManualClock } from '../manual-clock.ts';
import { MemoryNetwork } from '../memory-transport.ts';
import { scriptedOrigin } from '../origins.ts';

/** A token service that cannot be reached, or one that only knows how to redirect. */
export function identityPort(available: boolean): IdentityPort {
  const down = async <T>(): Promise<Exchange<T>> => ({ kind: 'unreachable', detail: 'refused' });
  return {
    metadata: available
      ? async () => ({
          kind: 'ok',
          value: {
            issuer: 'https://t',
            authorizationEndpoint: 'https://t/a',
            tokenEndpoint: 'https://t/t',
            keysUri: '',
          },
        })
      : down,
    keys: down,
    authorizationUrl: (metadata, request) => `${metadata.authorizationEndpoint}?state=${request.state}`,
    redeem: down,
    refresh: down,
    verify: async () => undefined,
  };
}

export interface RigOptions {
  readonly behaviour?: Partial<Behaviour>;
  readonly connectors?: number;
  readonly tokenService?: boolean;
  readonly connector?: Partial<ConnectorConfig>;
  readonly application?: Partial<PublishedApplication>;
  /** Instead of the one application; each a part of it. */
  readonly applications?: readonly Partial<PublishedApplication>[];
  /** Instead of the port that only knows how to redirect. */
  readonly identity?: (host: Host) => IdentityPort;
  /** Groups of the connectors in the list, in their order; default `default`. */
  readonly groups?: readonly string[];
  readonly throttle?: ServiceConfig['throttle'];
  readonly origin?: Origin;
  /** Time of service and connectors; default the real one. */
  readonly clock?: ManualClock;
}

/** One service instance and n connectors in this process over a memory network. */
export class ProxyRig {
  readonly network = new MemoryNetwork();
  readonly hosts: NodeHost[] = [];
  #clock: ManualClock | undefined;
  /** What the service logged. */
  readonly events: Array<{ readonly name: string; readonly facts: Parameters<Log['event']>[2] }> = [];
  readonly connectors: RunningConnector[] = [];
  /** Requests that reached the backend. */
  readonly seen: RequestMessage[] = [];
  /** Where each of them went. */
  readonly urls: string[] = [];
  service!: RunningService;
  #serviceHost!: Host;
  #origin: Origin | undefined;

  static async start(options: RigOptions = {}): Promise<ProxyRig> {
    const rig = new ProxyRig();
    rig.#origin = options.origin;
    rig.#clock = options.clock;
    if (options.clock !== undefined) options.clock.settle = turns;
    const count = options.connectors ?? 1;
    rig.#serviceHost = rig.#host('service/1');
    rig.service = await startService(rig.#serviceHost, serviceConfig(options, Math.max(count, 1)), {
      identity: options.identity?.(rig.#serviceHost) ?? identityPort(options.tokenService ?? true),
    });
    for (let n = 1; n <= count; n++) await rig.addConnector(n, options);
    await rig.until(() => rig.connectors.every((connector) => connector.openTunnels > 0));
    return rig;
  }

  async addConnector(n: number, options: RigOptions = {}): Promise<void> {
    const id = `connector/paris/${n}`;
    const origin: Origin =
      this.#origin ??
      scriptedOrigin(async (url, request) => {
        this.seen.push(request);
        this.urls.push(url);
        return { kind: 'answer', response: { status: 200, headers: [], body: wholeBody({ bytes: 3 }) } };
      });
    const config: ConnectorConfig = {
      connectorId: id,
      instances: ['tunnel'],
      tunnels: 1,
      maxConcurrent: 200,
      capacity: undefined,
      allowedInternalUrls: (options.applications ?? [])
        .flatMap(({ internalUrl }) => internalUrl ?? [])
        .concat('http://shop.internal/'),
      window: 65536,
      pingInterval: seconds(1),
      deadAfter: seconds(5),
      reconnect: { base: ms(50), cap: ms(200) },
      ...options.connector,
    };
    this.connectors.push(await startConnector(this.#host(id), config, { origin, tickets: undefined }));
  }

  /** A request of a signed-in user unless `fields` say otherwise. */
  request(target: string, fields?: RequestMessage['headers'], method = 'GET'): RequestMessage {
    const headers = fields ?? [['cookie', this.sessionCookie(3_600_000)]];
    return { method, host: 'shop.example', target, headers, body: undefined, clientAddress: '192.0.2.7' };
  }

  sessionCookie(lifeMs: number): string {
    const { crypto, clock } = this.#serviceHost;
    const session = newSession(crypto, 'alice@example', epochMs(clock.wall() + lifeMs));
    return `${sessionCookieName('shop')}=${sealSession(crypto, 'shop', session)}`;
  }

  ask(request: RequestMessage, withinMs = 10_000): Promise<ResponseMessage> {
    const cancel = new CancelSource();
    this.#serviceHost.clock.timeout(ms(withinMs), () => cancel.cancel('user gave up'));
    return this.service.front(request, cancel);
  }

  async until(condition: () => boolean): Promise<void> {
    const deadline = Date.now() + 5_000;
    while (!condition()) {
      if (Date.now() > deadline) throw new Error('condition did not come true within 5 s');
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.connectors.map((connector) => connector.stop()));
    await this.service.stop();
    for (const host of this.hosts) host.stop();
  }

  #host(id: string): Host {
    const host = createNodeHost({
      id,
      net: this.network.transport(id),
      seed: 1,
      logTo: { write: () => true, onDrain: () => {} } as never,
    });
    this.hosts.push(host);
    const log: Log = { debugEnabled: false, event: (_level, name, facts) => void this.events.push({ name, facts }) };
    return { ...host, clock: this.#clock ?? host.clock, log: id === 'service/1' ? log : host.log };
  }
}

/** Until all that moves without time has moved: every hop of a frame is a turn. */
async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

function serviceConfig(options: RigOptions, connectors: number): ServiceConfig {
  return {
    instanceId: 'service/1',
    tunnelAddress: 'tunnel',
    applications: (options.applications ?? [options.application]).map((one) => ({
      id: 'shop',
      externalHost: 'shop.example',
      externalPath: '/',
      internalUrl: 'http://shop.internal/',
      group: 'default',
      preAuthentication: 'token-service',
      singleSignOn: 'none',
      backendTimeout: seconds(2) as Micros,
      ...one,
    })),
    connectors: Array.from({ length: connectors + 2 }, (_, n) => ({
      id: `connector/paris/${n + 1}`,
      group: options.groups?.[n] ?? 'default',
    })),
    behaviour: { ...documented, connectorWait: ms(100), ...options.behaviour },
    throttle: options.throttle,
    openingPatience: seconds(5),
    window: 65536,
    identity: { client: { exchangeTimeout: ms(500), patience: ms(600) }, sameSite: 'None' },
    accessLog: true,
  };
}
