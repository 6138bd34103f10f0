import type { Socket } from 'node:net';
import type { Random } from '../../proxy/host/random.ts';
import { Connection, type ConnectionHost, type Traffic } from './connection.ts';
import type { Scheduler } from './engine/scheduler.ts';
import { type Address, formatAddress, parseAddress, resolveListen } from './listen-address.ts';
import { Listener } from './listener.ts';
import { SerialTasks } from './serial-tasks.ts';
import type { Direction, Toxic } from './toxic.ts';
import { ToxicChain } from './toxic-chain.ts';

/** What a proxy needs from its server. */
export interface ProxyHost {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly dialTimeoutMs: number;
}

/** The fields a client may change. */
export interface ProxySettings {
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
}

/** One listening port and where its connections go. Changes run one after the other; reading never waits. */
export class ToxicProxy implements ConnectionHost {
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly dialTimeoutMs: number;
  readonly toxicChain = new ToxicChain();
  readonly traffic: Readonly<Record<Direction, Traffic>> = {
    upstream: { received: 0, sent: 0 },
    downstream: { received: 0, sent: 0 },
  };
  readonly #random: Random;
  readonly #tasks = new SerialTasks();
  readonly #connections = new Set<Connection>();
  #settings: ProxySettings;
  #upstream: Address | undefined;
  #listener: Listener | undefined;
  #accepted = 0;

  constructor(host: ProxyHost, name: string, settings: { listen: string; upstream: string }) {
    this.name = name;
    this.scheduler = host.scheduler;
    this.dialTimeoutMs = host.dialTimeoutMs;
    this.#random = host.random.fork(`proxy/${name}`);
    this.#settings = { ...settings, enabled: false };
    this.#upstream = upstreamAddress(settings.upstream);
  }

  get settings(): ProxySettings {
    return this.#settings;
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#connections.size;
  }

  toxics(direction: Direction): readonly Toxic[] {
    return this.toxicChain.of(direction);
  }

  /**
   * Moves to new settings. A changed listen or upstream drops the connections; toxics stay. When the new port cannot
   * be opened the proxy keeps running as it was.
   * @throws ToxicsError 500 with the reason.
   */
  update(wanted: ProxySettings): Promise<void> {
    return this.#tasks.run(async () => {
      const address = await resolveListen(wanted.listen);
      const moved = formatAddress(address) !== this.#settings.listen;
      const differs = moved || wanted.upstream !== this.#settings.upstream;
      if (!wanted.enabled) {
        this.#closeAll();
        this.#settings = differs ? wanted : { ...this.#settings, enabled: false };
      } else {
        if (moved || this.#listener === undefined) await this.#listen(address);
        const listen = this.#listener === undefined ? wanted.listen : formatAddress(this.#listener.address);
        if (differs) this.#dropConnections('proxy changed');
        this.#settings = { listen, upstream: wanted.upstream, enabled: true };
      }
      this.#upstream = upstreamAddress(this.#settings.upstream);
    });
  }

  /** True when a populate entry names other addresses than this proxy has; port 0 always does. */
  async differs(listen: string, upstream: string): Promise<boolean> {
    return formatAddress(await resolveListen(listen)) !== this.#settings.listen || upstream !== this.#settings.upstream;
  }

  /** Opens the port again if it is closed. */
  enable(): Promise<void> {
    return this.update({ ...this.#settings, enabled: true });
  }

  /** Closes the port and all connections. */
  stop(): Promise<void> {
    return this.#tasks.run(() => {
      this.#closeAll();
      this.#settings = { ...this.#settings, enabled: false };
    });
  }

  /** Like stop, but without any grace for the sockets. */
  destroy(): void {
    this.#listener?.close();
    this.#listener = undefined;
    for (const connection of [...this.#connections]) connection.destroy();
  }

  addToxic(toxic: Toxic): void {
    this.toxicChain.add(toxic);
    this.#change('add', toxic);
  }

  updateToxic(toxic: Toxic): void {
    this.#change('update', toxic);
  }

  removeToxic(toxic: Toxic): void {
    if (this.toxicChain.remove(toxic)) this.#change('remove', toxic);
  }

  removeAllToxics(): void {
    for (const toxic of this.toxicChain.all()) this.removeToxic(toxic);
  }

  closed(connection: Connection): void {
    this.#connections.delete(connection);
  }

  #change(kind: 'add' | 'update' | 'remove', toxic: Toxic): void {
    for (const connection of [...this.#connections]) connection.change(kind, toxic);
  }

  #closeAll(): void {
    this.#listener?.close();
    this.#listener = undefined;
    this.#dropConnections('proxy stopped');
  }

  #dropConnections(reason: string): void {
    for (const connection of [...this.#connections]) connection.close(reason);
  }

  async #listen(address: Address): Promise<void> {
    const accept = (client: Socket): void => this.#accept(client);
    const old = this.#listener;
    try {
      this.#listener = await Listener.open(address, accept);
      old?.close();
    } catch (error) {
      // The same port on another interface is taken by ourselves: give it up, and take it back if that does not help.
      if (old === undefined || old.address.port !== address.port) throw error;
      old.close();
      try {
        this.#listener = await Listener.open(address, accept);
      } catch (second) {
        this.#listener = await Listener.open(old.address, accept);
        throw second;
      }
    }
  }

  #accept(client: Socket): void {
    const ordinal = ++this.#accepted;
    const connection = new Connection(this, client, ordinal, this.#random.fork(`connection/${ordinal}`));
    this.#connections.add(connection);
    if (this.#upstream === undefined) connection.close('upstream address invalid');
    else connection.dial(this.#upstream);
  }
}

function upstreamAddress(text: string): Address | undefined {
  try {
    return parseAddress(text);
  } catch {
    return undefined;
  }
}
