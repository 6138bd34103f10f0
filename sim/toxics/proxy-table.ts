import { ToxicsError } from './control/toxics-error.ts';
import { type ProxyHost, ToxicProxy } from './proxy.ts';
import type { Toxic } from './toxic.ts';

/** One entry of a populate request, checked. */
export interface ProxyRequest {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
  /** In place before the port opens. */
  readonly toxics?: readonly Toxic[];
  /** The proxy vanishes when this lease ends; '' or left out: never. */
  readonly lease?: string;
}

/** All proxies of one server, by name, in the order of creation. */
export class ProxyTable {
  readonly #host: ProxyHost;
  readonly #proxies = new Map<string, ToxicProxy>();
  readonly #reserved = new Set<string>();

  constructor(host: ProxyHost) {
    this.#host = host;
  }

  all(): ToxicProxy[] {
    return [...this.#proxies.values()];
  }

  /** @throws ToxicsError 404 */
  get(name: string): ToxicProxy {
    const proxy = this.#proxies.get(name);
    if (proxy === undefined) throw new ToxicsError(404, 'proxy not found');
    return proxy;
  }

  /**
   * Creates a proxy; it is visible once its port is open.
   * @throws ToxicsError 409 when the name is taken, 500 when the port cannot be opened; nothing is kept then.
   */
  async add(request: ProxyRequest): Promise<ToxicProxy> {
    const { name } = request;
    if (this.#proxies.has(name) || this.#reserved.has(name)) throw new ToxicsError(409, 'proxy already exists');
    this.#reserved.add(name);
    try {
      const proxy = new ToxicProxy(this.#host, name, request);
      proxy.place(request.toxics ?? []);
      if (request.enabled) await proxy.enable();
      proxy.startPlaced();
      this.#proxies.set(name, proxy);
      return proxy;
    } finally {
      this.#reserved.delete(name);
    }
  }

  /** Keeps a proxy that already has these addresses, with its toxics; replaces it otherwise. */
  async addOrReplace(request: ProxyRequest): Promise<ToxicProxy> {
    const existing = this.#proxies.get(request.name);
    if (existing === undefined) return this.add(request);
    if (!(await existing.differs(request.listen, request.upstream))) return existing;
    this.#proxies.delete(request.name);
    await existing.remove();
    return this.add(request);
  }

  /** @throws ToxicsError 404 */
  async remove(name: string): Promise<void> {
    const proxy = this.get(name);
    this.#proxies.delete(name);
    await proxy.remove();
  }

  /** Cuts everything off. */
  destroy(): void {
    for (const proxy of this.#proxies.values()) proxy.destroy();
    this.#proxies.clear();
  }
}
