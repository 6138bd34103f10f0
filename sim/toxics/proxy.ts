import type { Socket } from 'node:net';
import type { Random } from '../../proxy/host/random.ts';
import { closesPort } from './admission.ts';
import type { Traffic } from './connection-host.ts';
import { ToxicsError } from './control/toxics-error.ts';
import type { Scheduler } from './engine/scheduler.ts';
import type { ToxicsFact } from './events.ts';
import { type Address, formatAddress, parseAddress, resolveListen } from './listen-address.ts';
import { ProxyConnections } from './proxy-connections.ts';
import { ProxyPort } from './proxy-port.ts';
import { SerialTasks } from './serial-tasks.ts';
import type { Direction, Toxic } from './toxic.ts';
import { ToxicChain } from './toxic-chain.ts';
import { ToxicClock } from './toxic-clock.ts';

/** What a proxy needs from its server. */
export interface ProxyHost {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly dialTimeoutMs: number;
  emit(fact: ToxicsFact): void;
  /** A bug of ours, or a failure nobody waits for: told, never thrown. */
  onBug(error: unknown): void;
}

/** The fields a client may change. */
export interface ProxySettings {
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
}

type StopReason = Extract<ToxicsFact, { type: 'toxic_stop' }>['reason'];

/** One listening port and where its connections go. Changes run one after the other; reading never waits. */
export class ToxicProxy {
  readonly name: string;
  readonly toxicChain = new ToxicChain();
  /** The lease that keeps this proxy, or ''. */
  readonly lease: string;
  readonly #host: ProxyHost;
  readonly #tasks = new SerialTasks();
  readonly #port = new ProxyPort(
    (client) => this.#accept(client),
    (task) => this.#tasks.run(task),
  );
  readonly #connections: ProxyConnections;
  readonly #clock: ToxicClock;
  /** Toxics whose start was told and whose stop was not. */
  readonly #acting = new Set<Toxic>();
  #settings: ProxySettings;
  #upstream: Address | undefined;
  #removed = false;

  constructor(host: ProxyHost, name: string, settings: { listen: string; upstream: string; lease?: string }) {
    this.name = name;
    this.lease = settings.lease ?? '';
    this.#host = host;
    this.#settings = { listen: settings.listen, upstream: settings.upstream, enabled: false };
    this.#upstream = upstreamAddress(settings.upstream);
    this.#connections = new ProxyConnections(name, host, this.toxicChain);
    this.#clock = new ToxicClock(host.scheduler, {
      wake: (toxic) => this.#wake(toxic),
      expire: (toxic) => {
        this.removeToxic(toxic, 'duration').catch(host.onBug);
      },
    });
  }

  get settings(): ProxySettings {
    return this.#settings;
  }

  /** True while clients can connect: enabled, not refused, and no other process has taken the port. */
  get listening(): boolean {
    return this.#port.listening;
  }

  /** True from the moment it was deleted or its server closed: nothing changes it any more. */
  get removed(): boolean {
    return this.#removed;
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#connections.open;
  }

  /** Connections accepted since the proxy was created. */
  get accepted(): number {
    return this.#connections.accepted;
  }

  /** Bytes in and out so far, connections that are still open included. */
  get traffic(): Readonly<Record<Direction, Traffic>> {
    return this.#connections.traffic;
  }

  /**
   * Moves to new settings. A changed listen or upstream drops the connections; toxics stay. When the new port cannot
   * be opened the proxy keeps running as it was.
   * @param change gives the new settings from those in force when its turn comes, so that no earlier update is lost
   * @throws ToxicsError 500 with the reason, 404 when it was removed before or meanwhile.
   */
  update(change: (now: ProxySettings) => ProxySettings): Promise<void> {
    return this.#tasks.run(async () => {
      this.#mustStand();
      const wanted = change(this.#settings);
      const address = await resolveListen(wanted.listen);
      this.#mustStand();
      const moved = formatAddress(address) !== this.#settings.listen;
      const differs = moved || wanted.upstream !== this.#settings.upstream;
      if (!wanted.enabled) {
        this.#port.close();
        this.#connections.dropAll('proxy stopped');
        this.#settings = differs ? wanted : { ...this.#settings, enabled: false };
      } else {
        const listen = formatAddress(await this.#port.open(address, this.#refusesAll()));
        this.#mustStand();
        if (differs) this.#connections.dropAll('proxy changed');
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
    return this.update((now) => ({ ...now, enabled: true }));
  }

  /**
   * Closes the port and all connections for good, whatever change is under way: one that waits for a name may take
   * seconds, and opens nothing any more (`#mustStand`, and the port gives back what it opens after it was closed).
   */
  remove(): void {
    this.#removed = true;
    for (const toxic of this.toxicChain.all()) this.#stopped(toxic, 'proxy removed');
    this.#port.close();
    this.#connections.dropAll('proxy removed');
  }

  /** Like remove, but without any grace for the sockets. */
  destroy(): void {
    this.#removed = true;
    for (const toxic of this.toxicChain.all()) this.#clock.forget(toxic);
    this.#port.close();
    this.#connections.destroyAll();
  }

  /** Puts toxics in place before the port opens; nothing is told of them until `startPlaced`. */
  place(toxics: readonly Toxic[]): void {
    for (const toxic of toxics) {
      this.toxicChain.add(toxic);
      toxic.sleeping = (toxic.common.start_after_ms ?? 0) > 0;
    }
  }

  /** Starts the timetables of toxics that were placed, once the proxy stands. */
  startPlaced(): void {
    for (const toxic of this.toxicChain.all()) this.#start(toxic);
  }

  /** Resolves when the toxic acts; only `refuse`, which closes the port, takes longer than the call. */
  addToxic(toxic: Toxic): Promise<void> {
    toxic.bornAfterConnection = this.accepted;
    this.toxicChain.add(toxic);
    this.#start(toxic);
    this.#connections.change('add', toxic);
    return this.#refusalChanged(toxic);
  }

  /** The toxic has new settings. */
  updateToxic(toxic: Toxic): Promise<void> {
    this.#clock.plan(toxic);
    if (!toxic.sleeping) this.#started(toxic);
    this.#connections.change('update', toxic);
    // What it does to connections as it stops is its doing as well, so the stop is told after that.
    if (toxic.sleeping) this.#ended(toxic, 'asleep');
    return this.#refusalChanged(toxic);
  }

  /** Takes a toxic away; one that is gone already is ignored. */
  removeToxic(toxic: Toxic, reason: StopReason = 'removed'): Promise<void> {
    if (!this.toxicChain.remove(toxic)) return Promise.resolve();
    this.#clock.forget(toxic);
    this.#connections.change('remove', toxic);
    this.#ended(toxic, reason);
    return this.#refusalChanged(toxic);
  }

  /** Takes all toxics away. */
  async removeAllToxics(): Promise<void> {
    await Promise.all(this.toxicChain.all().map((toxic) => this.removeToxic(toxic, 'reset')));
  }

  #wake(toxic: Toxic): void {
    this.#started(toxic);
    this.#connections.change('wake', toxic);
    this.#refusalChanged(toxic).catch(this.#host.onBug);
  }

  #start(toxic: Toxic): void {
    this.#clock.plan(toxic);
    if (!toxic.sleeping) this.#started(toxic);
  }

  #started(toxic: Toxic): void {
    if (this.#acting.has(toxic)) return;
    this.#acting.add(toxic);
    this.#host.emit({ type: 'toxic_start', proxy: this.name, toxic: toxic.name, toxic_type: toxic.definition.type });
  }

  #stopped(toxic: Toxic, reason: StopReason): void {
    this.#clock.forget(toxic);
    this.#ended(toxic, reason);
  }

  #ended(toxic: Toxic, reason: StopReason): void {
    if (!this.#acting.delete(toxic)) return;
    this.#host.emit({ type: 'toxic_stop', proxy: this.name, toxic: toxic.name, reason });
  }

  #refusesAll(): boolean {
    return this.toxicChain.all().some(closesPort);
  }

  /** Closes or opens the port when a toxic that refuses all connections came or went. */
  #refusalChanged(toxic: Toxic): Promise<void> {
    if (toxic.definition.admit === undefined || this.#removed) return Promise.resolve();
    return this.#tasks.run(async () => {
      if (this.#removed || !this.#settings.enabled) return;
      await this.#port.refuse(this.#refusesAll());
      if (this.#removed) this.#port.close();
    });
  }

  /** A change that comes too late must not open the port again: nobody could close it any more. */
  #mustStand(): void {
    if (!this.#removed) return;
    this.#port.close();
    throw new ToxicsError(404, 'proxy not found');
  }

  #accept(client: Socket): void {
    this.#connections.accept(client, this.#upstream);
  }
}

function upstreamAddress(text: string): Address | undefined {
  try {
    return parseAddress(text);
  } catch {
    return undefined;
  }
}
