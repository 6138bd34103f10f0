import { randomBytes } from 'node:crypto';
import { seededRandom } from '../../proxy/host/random.ts';
import { ControlServer } from './control/control-server.ts';
import { Guard } from './control/guard.ts';
import type { MetricsChoice } from './control/metrics.ts';
import { Placed, placeAll } from './control/populate.ts';
import type { NewProxy, ShownProxy } from './control/proxy-shape.ts';
import { LiveScheduler } from './engine/live-scheduler.ts';
import { EventHub, type ToxicsEvent } from './events.ts';
import { Leases } from './leases.ts';
import { ProxyTable } from './proxy-table.ts';

/** The Toxiproxy version this server is compatible with; clients compare it with 2.6.0 and newer. */
export const TOXIPROXY_VERSION = '2.12.0';

/** How to start a server; everything has a default. */
export interface ToxicServerOptions {
  /** Where the control API listens; default `localhost`. */
  readonly host?: string;
  /** Port of the control API; default 0, a free one. */
  readonly port?: number;
  /** Decides every draw; default a random one, which `server.seed` tells. */
  readonly seed?: string | number;
  /** Names that clients may use in Host (beside addresses and localhost) and pages in Origin (beside loopback). */
  readonly allowedHosts?: readonly string[];
  /** How long connecting to an upstream may take, ms; default 30 s. The client then sees FIN. */
  readonly dialTimeoutMs?: number;
  /** How long the head and the body of a control request may take each, ms; default 15 s. A connection that stays is cut 1 to 2 s later. */
  readonly bodyTimeoutMs?: number;
  /** What /metrics shows; default nothing, and the path answers 404. */
  readonly metrics?: MetricsChoice;
  /** Told of anything that went wrong inside; default: ignored. */
  readonly onError?: (error: unknown) => void;
}

/** A running server. */
export interface ToxicServer {
  /** Base URL of the control API, for any Toxiproxy client. */
  readonly url: string;
  readonly port: number;
  readonly seed: string;
  /** Calls `listener` for every event from now on; returns how to stop that. */
  subscribe(listener: (event: ToxicsEvent) => void): () => void;
  /**
   * Creates or replaces proxies like POST /populate: all are checked before any is created. Gives them back as they stand,
   * with their real ports.
   * @throws ToxicsError of the first that is wrong or fails; those before a failure stay
   */
  populate(proxies: readonly NewProxy[]): Promise<readonly ShownProxy[]>;
  /** Cuts off all connections and frees all ports. Safe to call twice. */
  close(): Promise<void>;
}

/** A server whose control port is not open yet, so that proxies can be in place before the first call. */
export interface PreparedToxicServer {
  readonly seed: string;
  /** As of a running server, for a list that nobody has looked at yet; tells what of it has no effect. */
  populate(proxies: unknown): Promise<Placed>;
  /** @throws the system's error when the control port cannot be opened */
  listen(): Promise<ToxicServer>;
  close(): Promise<void>;
}

/**
 * Starts an embedded fault proxy that speaks the API of Toxiproxy 2.12.
 * @throws the system's error when the control port cannot be opened
 */
export function startToxicServer(options: ToxicServerOptions = {}): Promise<ToxicServer> {
  return prepareToxicServer(options).listen();
}

/** The same in two steps. */
export function prepareToxicServer(options: ToxicServerOptions = {}): PreparedToxicServer {
  const seed = String(options.seed ?? randomBytes(8).toString('hex'));
  const onBug = options.onError ?? (() => undefined);
  const scheduler = new LiveScheduler(onBug);
  const events = new EventHub(scheduler, onBug);
  const table = new ProxyTable({
    scheduler,
    emit: (fact) => events.emit(fact),
    onBug,
    random: seededRandom(`toxics/${seed}`),
    dialTimeoutMs: options.dialTimeoutMs ?? 30_000,
  });
  const leases = new Leases(scheduler, table);
  const host = options.host ?? 'localhost';
  const control = new ControlServer({
    state: {
      table,
      version: TOXIPROXY_VERSION,
      metrics: options.metrics ?? { proxy: false, runtime: false },
      events,
      leases,
    },
    guard: new Guard(host, options.allowedHosts ?? []),
    bodyTimeoutMs: options.bodyTimeoutMs ?? 15_000,
    onBug,
  });
  const populate = async (proxies: unknown): Promise<Placed> => {
    const placed = new Placed();
    await placeAll({ table, leases }, proxies, placed);
    return placed;
  };
  const close = async (): Promise<void> => {
    table.destroy();
    scheduler.close();
    await control.close();
  };
  const listen = async (): Promise<ToxicServer> => {
    // `localhost` may resolve to IPv6 alone; clients of Toxiproxy expect IPv4 to work.
    const bound = await control.listen(host === 'localhost' ? '127.0.0.1' : host, options.port ?? 0);
    const shown = bound.address === '::' || bound.address === '0.0.0.0' ? '127.0.0.1' : bound.address;
    return {
      url: `http://${shown.includes(':') ? `[${shown}]` : shown}:${bound.port}`,
      port: bound.port,
      seed,
      subscribe: (listener) => events.subscribe(listener),
      populate: async (proxies) => (await populate(proxies)).proxies,
      close,
    };
  };
  return { seed, populate, listen, close };
}
