import { ToxicsError } from './control/toxics-error.ts';
import { type ProxyHost, ToxicProxy } from './proxy.ts';
import { SerialTasks } from './serial-tasks.ts';
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
  /** What the request said of its toxics that has no effect, in words. */
  readonly ignored?: readonly string[];
}

/** Checked last, when nothing can come between it and the proxy's place in the table; throws to keep the proxy out. */
export type LastCheck = (request: ProxyRequest) => void;

/** All proxies of one server, by name, in the order of creation. Creations under one name run one after the other. */
export class ProxyTable {
  readonly #host: ProxyHost;
  readonly #proxies = new Map<string, ToxicProxy>();
  /** Proxies whose ports are being opened. */
  readonly #opening = new Set<ToxicProxy>();
  readonly #turns = new Map<string, { readonly tasks: SerialTasks; waiting: number }>();
  #closed = false;

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
   * @throws ToxicsError 409 when the name is taken, 500 when the port cannot be opened, 503 when the server has closed,
   * or what `last` throws; nothing is kept then.
   */
  add(request: ProxyRequest, last?: LastCheck): Promise<ToxicProxy> {
    return this.#inTurn(request.name, () => this.#create(request, last));
  }

  /**
   * Keeps a proxy that already has these addresses, as it is; replaces it otherwise.
   * @throws ToxicsError like `add`
   */
  addOrReplace(request: ProxyRequest, last?: LastCheck): Promise<{ proxy: ToxicProxy; kept: boolean }> {
    return this.#inTurn(request.name, async () => {
      const existing = this.#proxies.get(request.name);
      if (existing !== undefined) {
        if (!(await existing.differs(request.listen, request.upstream))) return { proxy: existing, kept: true };
        this.removeThis(existing);
      }
      return { proxy: await this.#create(request, last), kept: false };
    });
  }

  /** @throws ToxicsError 404 */
  remove(name: string): void {
    this.removeThis(this.get(name));
  }

  /** Removes this proxy and no later one of the same name; one that is gone already is ignored. */
  removeThis(proxy: ToxicProxy): void {
    if (this.#proxies.get(proxy.name) === proxy) this.#proxies.delete(proxy.name);
    if (!proxy.removed) proxy.remove();
  }

  /** Cuts everything off for good, what is being created as well. */
  destroy(): void {
    this.#closed = true;
    for (const proxy of [...this.#proxies.values(), ...this.#opening]) proxy.destroy();
    this.#proxies.clear();
  }

  async #create(request: ProxyRequest, last: LastCheck | undefined): Promise<ToxicProxy> {
    const { name } = request;
    if (this.#proxies.has(name)) throw new ToxicsError(409, 'proxy already exists');
    const proxy = new ToxicProxy(this.#host, name, request);
    this.#opening.add(proxy);
    try {
      proxy.place(request.toxics ?? []);
      if (request.enabled) await proxy.enable();
      if (this.#closed) throw new ToxicsError(503, 'server is closed');
      last?.(request);
      proxy.startPlaced();
      this.#proxies.set(name, proxy);
      return proxy;
    } catch (error) {
      proxy.destroy();
      throw error;
    } finally {
      this.#opening.delete(proxy);
    }
  }

  async #inTurn<T>(name: string, task: () => Promise<T>): Promise<T> {
    const turn = this.#turns.get(name) ?? { tasks: new SerialTasks(), waiting: 0 };
    this.#turns.set(name, turn);
    turn.waiting += 1;
    try {
      return await turn.tasks.run(task);
    } finally {
      turn.waiting -= 1;
      if (turn.waiting === 0) this.#turns.delete(name);
    }
  }
}
