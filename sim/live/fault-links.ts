import { Toxiproxy, type Proxy as ToxiproxyProxy } from 'toxiproxy-node-client';
import { HoldfastError, invariant } from '../../proxy/host/errors.ts';
import type { LinkToxic } from '../faults/world.ts';
import { allOf } from './all-of.ts';
import { interruption } from './interruption.ts';
import { toxicBody } from './toxic-body.ts';
import { SilentServerError, ToxiproxyCalls } from './toxiproxy-calls.ts';

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
  readonly #interrupted: AbortSignal | undefined;
  readonly #calls: ToxiproxyCalls;
  readonly #proxies = new Map<string, ToxiproxyProxy>();
  /** Links asked for and not known to be gone: an unanswered call may have made one. */
  readonly #asked = new Set<string>();
  #toxics = 0;

  /** `interrupted`: once it trips no link is opened any more, and a call is given up sooner. */
  constructor(
    url: string,
    prefix: string,
    interrupted?: AbortSignal,
    calls: ToxiproxyCalls = new ToxiproxyCalls(interrupted),
  ) {
    this.#url = url;
    this.#client = new Toxiproxy(url);
    this.#prefix = prefix;
    this.#interrupted = interrupted;
    this.#calls = calls;
    calls.serve(this.#client.getApi());
  }

  /**
   * Opens a link to `upstream` (`host:port`), listening on loopback.
   * @throws HoldfastError ERR_TOXIPROXY, ERR_INTERRUPTED
   */
  async open(name: string, upstream: string): Promise<FaultLink> {
    if (this.#interrupted?.aborted === true) throw interruption();
    this.#asked.add(name);
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

  /**
   * Refuses connections and drops live ones on all of the links, or takes them again. Tries every one; when one could not
   * be disabled, those that were are enabled again.
   * @throws HoldfastError ERR_TOXIPROXY, the first failure
   */
  async enable(names: readonly string[], enabled: boolean): Promise<void> {
    try {
      await allOf(names.map((name) => this.#enableOne(name, enabled)));
    } catch (error) {
      if (!enabled) await allOf(names.map((name) => this.#enableOne(name, true))).catch(() => {});
      throw error;
    }
  }

  async #enableOne(name: string, enabled: boolean): Promise<void> {
    const proxy = this.#proxy(name);
    const updated = await this.#call(`${enabled ? 'enable' : 'disable'} ${name}`, () =>
      proxy.update({ enabled, listen: proxy.listen, upstream: proxy.upstream }),
    );
    this.#proxies.set(name, updated);
  }

  /**
   * Puts a toxic on both directions of all of the links, or on none: when one refuses it, it is taken off the others.
   * Removal tries every one and then throws the first failure.
   * @throws HoldfastError ERR_TOXIPROXY
   */
  async apply(names: readonly string[], toxic: LinkToxic): Promise<AppliedToxic> {
    this.#toxics += 1;
    const ordinal = this.#toxics;
    const added: Array<{ readonly name: string; readonly toxic: { remove(): Promise<void> } }> = [];
    const add = async (name: string, stream: 'upstream' | 'downstream'): Promise<void> => {
      const body = toxicBody(toxic, stream, `holdfast_${ordinal}_${stream}`);
      const one = await this.#call(`toxic on ${name}`, () => this.#proxy(name).addToxic(body));
      added.push({ name, toxic: one });
    };
    const remove = async (): Promise<void> => {
      await allOf(added.map(({ name, toxic: one }) => this.#call(`heal ${name}`, () => one.remove())));
    };
    try {
      await allOf(names.flatMap((name) => [add(name, 'upstream'), add(name, 'downstream')]));
    } catch (error) {
      await remove().catch(() => {});
      throw error;
    }
    return { remove };
  }

  /**
   * Bytes received by each link so far, both directions, from the server's metrics; a toxic that met traffic sees them
   * grow. The released Toxiproxy counts a connection only when it ends. Zeros where nothing was counted.
   */
  async bytes(names: readonly string[]): Promise<number[]> {
    const text = await this.#metrics().catch(() => undefined);
    return names.map((name) => sumOfSeries(text ?? '', `${this.#prefix}${name}`));
  }

  /**
   * Faults on links prove that they hit by the server's counters.
   * @throws HoldfastError ERR_TOXIPROXY_METRICS when it keeps none, ERR_TOXIPROXY when it does not answer
   */
  async needCounters(): Promise<void> {
    const text = await this.#call('tell its metrics', () => this.#metrics());
    if (text !== undefined) return;
    throw new HoldfastError(
      'ERR_TOXIPROXY_METRICS',
      `Toxiproxy at ${this.#url} keeps no metrics, so no fault on a link could prove that it hit anything`,
      {
        facts: { url: this.#url },
        hint: 'start it with -proxy-metrics, or leave --toxiproxy out and the embedded server is used',
      },
    );
  }

  async #metrics(): Promise<string | undefined> {
    const { ok, text } = await this.#calls.call('GET', `${this.#url}/metrics`);
    return ok ? text : undefined;
  }

  /** Removes every proxy of this run. Returns what is still there afterwards, or may be: a residue. */
  async close(): Promise<string[]> {
    await Promise.all([...this.#proxies.values()].map((proxy) => proxy.remove().catch(() => {})));
    this.#proxies.clear();
    try {
      const all = await this.#client.getAll();
      this.#asked.clear();
      return Object.keys(all).filter((name) => name.startsWith(this.#prefix));
    } catch (error) {
      // a server that is gone took its proxies along; one that says nothing may still have them
      if (!(error instanceof SilentServerError) || this.#asked.size === 0) return [];
      return [`proxies named ${this.#prefix}… of the Toxiproxy at ${this.#url}, which does not answer`];
    }
  }

  #proxy(name: string): ToxiproxyProxy {
    const proxy = this.#proxies.get(name);
    invariant(proxy !== undefined, `there is a link called ${name}`);
    return proxy;
  }

  /** The client does not say what was tried and where; this does. */
  async #call<T>(what: string, fn: () => Promise<T>): Promise<T> {
    try {
      return await fn();
    } catch (error) {
      const silent = error instanceof SilentServerError;
      const why = error instanceof Error ? error.message : String(error);
      const did = silent ? 'was asked to' : 'refused to';
      throw new HoldfastError('ERR_TOXIPROXY', `Toxiproxy at ${this.#url} ${did} ${what}: ${why}`, {
        facts: { url: this.#url, action: what },
        hint: silent
          ? 'check that a Toxiproxy listens at this URL and is not frozen: something there takes connections and says nothing'
          : 'check that the server at this URL is a Toxiproxy of version 2.6 or later and that its ports are free',
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
