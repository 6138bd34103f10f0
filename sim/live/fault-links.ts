import { connect } from 'node:net';
import { type ICreateToxicBody, Toxiproxy, type Proxy as ToxiproxyProxy } from 'toxiproxy-node-client';
import { HoldfastError, invariant } from '../../proxy/host/errors.ts';
import { toMs } from '../../proxy/host/units.ts';
import type { LinkToxic } from '../faults/world.ts';

/** A toxic on a link: how to take it off again. */
export interface AppliedToxic {
  remove(): Promise<void>;
}

/** One hop between two parts, as a Toxiproxy proxy. */
export interface FaultLink {
  readonly name: string;
  /** `host:port` to connect to instead of the upstream. */
  readonly listen: string;
}

/**
 * The links of a live run, each behind a proxy of a Toxiproxy server (ours or a real one), driven through its own client.
 * Names carry the run's prefix, so that two runs can share one server and a clean-up touches only its own.
 */
export class FaultLinks {
  readonly #client: Toxiproxy;
  readonly #url: string;
  readonly #prefix: string;
  readonly #proxies = new Map<string, ToxiproxyProxy>();
  #toxics = 0;

  constructor(url: string, prefix: string) {
    this.#url = url;
    this.#client = new Toxiproxy(url);
    this.#prefix = prefix;
  }

  /** Opens a link to `upstream` (`host:port`), listening on loopback. */
  async open(name: string, upstream: string): Promise<FaultLink> {
    const proxy = await this.#call(`create ${name}`, () =>
      this.#client.createProxy({ name: `${this.#prefix}${name}`, listen: '127.0.0.1:0', upstream, enabled: true }),
    );
    this.#proxies.set(name, proxy);
    return { name, listen: proxy.listen };
  }

  /** Points a link elsewhere; live connections drop. */
  async redirect(name: string, upstream: string): Promise<void> {
    const proxy = this.#proxy(name);
    const updated = await this.#call(`redirect ${name}`, () =>
      proxy.update({ enabled: true, listen: proxy.listen, upstream }),
    );
    this.#proxies.set(name, updated);
  }

  /** Refuses connections and drops live ones, or takes them again. */
  async enable(name: string, enabled: boolean): Promise<void> {
    const proxy = this.#proxy(name);
    const updated = await this.#call(`${enabled ? 'enable' : 'disable'} ${name}`, () =>
      proxy.update({ enabled, listen: proxy.listen, upstream: proxy.upstream }),
    );
    this.#proxies.set(name, updated);
  }

  /** Puts a toxic on both directions of a link. */
  async apply(name: string, toxic: LinkToxic): Promise<AppliedToxic> {
    const proxy = this.#proxy(name);
    const added: Array<{ remove(): Promise<void> }> = [];
    this.#toxics += 1;
    try {
      for (const stream of ['upstream', 'downstream'] as const) {
        const body = toxicBody(toxic, stream, `holdfast_${this.#toxics}_${stream}`);
        if (body !== undefined) added.push(await this.#call(`toxic on ${name}`, () => proxy.addToxic(body)));
      }
    } catch (error) {
      for (const one of added) await one.remove().catch(() => {});
      throw error;
    }
    return {
      remove: async () => {
        for (const one of added) await this.#call(`heal ${name}`, () => one.remove());
      },
    };
  }

  /**
   * Bytes received by each link so far, both directions, from the server's metrics; a toxic that met traffic sees them
   * grow. Zeros where the server keeps no metrics.
   */
  async bytes(names: readonly string[]): Promise<number[]> {
    const text = await fetch(`${this.#url}/metrics`)
      .then((answer) => (answer.ok ? answer.text() : ''))
      .catch(() => '');
    return names.map((name) => sumOfSeries(text, `${this.#prefix}${name}`));
  }

  /** How many of the links refuse a connection right now. */
  async refuses(names: readonly string[]): Promise<number> {
    const tries = names.map((name) => refusesConnection(this.#proxy(name).listen));
    return (await Promise.all(tries)).filter(Boolean).length;
  }

  /** Removes every proxy of this run. Returns the names still there afterwards: a residue. */
  async close(): Promise<string[]> {
    await Promise.all([...this.#proxies.values()].map((proxy) => proxy.remove().catch(() => {})));
    const left = await this.#client
      .getAll()
      .then((all) => Object.keys(all).filter((name) => name.startsWith(this.#prefix)))
      .catch(() => []);
    this.#proxies.clear();
    return left;
  }

  #proxy(name: string): ToxiproxyProxy {
    const proxy = this.#proxies.get(name);
    invariant(proxy !== undefined, `there is a link called ${name}`);
    return proxy;
  }

  /** The client says only `Request failed with status code N`; this adds what was tried and where. */
  async #call<T>(what: string, fn: () => Promise<T>): Promise<T> {
    try {
      return await fn();
    } catch (error) {
      throw new HoldfastError('ERR_TOXIPROXY', `Toxiproxy at ${this.#url} refused to ${what}: ${String(error)}`, {
        facts: { url: this.#url, action: what },
        hint: 'check that the server at this URL is a Toxiproxy of version 2.6 or later and that its ports are free',
        cause: error,
      });
    }
  }
}

function sumOfSeries(metrics: string, proxy: string): number {
  let sum = 0;
  for (const line of metrics.split('\n')) {
    if (!line.startsWith('toxiproxy_proxy_received_bytes_total{') || !line.includes(`proxy="${proxy}"`)) continue;
    sum += Number(line.slice(line.lastIndexOf(' ') + 1)) || 0;
  }
  return sum;
}

function refusesConnection(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const colon = address.lastIndexOf(':');
    const socket = connect({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)) });
    const end = (refused: boolean): void => {
      socket.destroy();
      resolve(refused);
    };
    socket.setTimeout(1_000, () => end(false));
    socket.once('connect', () => end(false));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code === 'ECONNREFUSED'));
  });
}

type AnyToxicBody = ICreateToxicBody<Record<string, number>>;

/** Our toxics in Toxiproxy's words and units (milliseconds, kilobytes of 1000 bytes a second). */
function toxicBody(toxic: LinkToxic, stream: 'upstream' | 'downstream', name: string): AnyToxicBody | undefined {
  const common = { name, stream, toxicity: 1 } as const;
  switch (toxic.kind) {
    case 'latency':
      return {
        ...common,
        type: 'latency',
        attributes: { latency: Math.round(toMs(toxic.latency)), jitter: Math.round(toMs(toxic.jitter)) },
      } as AnyToxicBody;
    case 'bandwidth':
      return {
        ...common,
        type: 'bandwidth',
        attributes: { rate: Math.max(1, Math.round(toxic.bytesPerSecond / 1000)) },
      } as AnyToxicBody;
    case 'partition':
      // timeout 0 swallows bytes and keeps the connection open: silence, as after a cut cable
      return { ...common, type: 'timeout', attributes: { timeout: 0 } } as AnyToxicBody;
    case 'reset':
      return { ...common, type: 'reset_peer', attributes: { timeout: 0 } } as AnyToxicBody;
  }
}
