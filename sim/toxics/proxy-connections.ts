import type { Socket } from 'node:net';
import type { Random } from '../../proxy/host/random.ts';
import type { Instant } from '../../proxy/host/units.ts';
import { type BeforeDial, beforeDial } from './admission.ts';
import { Connection } from './connection.ts';
import type { ConnectionHost, Traffic } from './connection-host.ts';
import type { Pending, Scheduler } from './engine/scheduler.ts';
import type { Address } from './listen-address.ts';
import type { ProxyHost } from './proxy.ts';
import type { Direction, Toxic } from './toxic.ts';
import type { ToxicChain } from './toxic-chain.ts';

/** How many connections are closed before other events of the loop get their turn. */
const DROPPED_AT_ONCE = 64;

/** A connection that waits for its dial. */
interface Waiting {
  readonly acceptedAt: Instant;
  readonly upstream: Address;
  /** Toxics already counted as delaying it. */
  readonly delayedBy: Set<Toxic>;
  pending: Pending;
}

/** The connections of one proxy, from accept to close. */
export class ProxyConnections implements ConnectionHost {
  readonly scheduler: Scheduler;
  readonly dialTimeoutMs: number;
  readonly traffic: Readonly<Record<Direction, Traffic>> = {
    upstream: { received: 0, sent: 0 },
    downstream: { received: 0, sent: 0 },
  };
  /** Connections accepted so far. */
  accepted = 0;
  readonly #proxy: string;
  readonly #host: ProxyHost;
  readonly #random: Random;
  readonly #chain: ToxicChain;
  readonly #all = new Set<Connection>();
  readonly #waiting = new Map<Connection, Waiting>();

  constructor(proxy: string, host: ProxyHost, chain: ToxicChain) {
    this.scheduler = host.scheduler;
    this.dialTimeoutMs = host.dialTimeoutMs;
    this.#proxy = proxy;
    this.#host = host;
    this.#random = host.random.fork(`proxy/${proxy}`);
    this.#chain = chain;
  }

  get open(): number {
    return this.#all.size;
  }

  toxics(direction: Direction): readonly Toxic[] {
    return this.#chain.of(direction);
  }

  /** Takes a client in: dials the upstream, at once or later, or refuses. */
  accept(client: Socket, upstream: Address | undefined): void {
    const ordinal = ++this.accepted;
    const connection = new Connection(this, client, ordinal, this.#random.fork(`connection/${ordinal}`));
    this.#all.add(connection);
    this.#host.emit({ type: 'connection_open', proxy: this.#proxy, connection: ordinal, peer: connection.peer });
    const told = beforeDial(connection, this.#chain.all());
    if (told.refusedBy !== undefined) {
      this.hit(connection, told.refusedBy);
      connection.reset('refused');
    } else if (upstream === undefined) connection.close('upstream address invalid');
    else if (told.delayMs === 0) connection.dial(upstream);
    else {
      const acceptedAt = this.scheduler.now();
      this.#wait(connection, { acceptedAt, upstream, delayedBy: new Set() }, told);
    }
  }

  /** Tells every connection about a toxic; those that wait for their dial are asked about again. */
  change(kind: 'add' | 'update' | 'wake' | 'remove', toxic: Toxic): void {
    for (const connection of [...this.#all]) connection.change(kind, toxic);
    if (toxic.definition.admit === undefined) return;
    for (const [connection, waiting] of [...this.#waiting]) {
      waiting.pending.cancel();
      this.#wait(connection, waiting, beforeDial(connection, this.#chain.all(), true));
    }
  }

  /** Closes every connection there is now, in batches: thousands at once would keep control calls waiting. */
  dropAll(reason: string): void {
    const closing = [...this.#all];
    const next = (): void => {
      for (const connection of closing.splice(0, DROPPED_AT_ONCE)) connection.close(reason);
      if (closing.length > 0) setImmediate(next);
    };
    next();
  }

  destroyAll(): void {
    for (const connection of [...this.#all]) connection.destroy();
  }

  onBug(error: unknown): void {
    this.#host.onBug(error);
  }

  hit(connection: Connection, toxic: Toxic): void {
    toxic.hits += 1;
    this.#host.emit({ type: 'toxic_hit', proxy: this.#proxy, toxic: toxic.name, connection: connection.ordinal });
  }

  closed(connection: Connection, reason: string): void {
    this.#all.delete(connection);
    this.#waiting.get(connection)?.pending.cancel();
    this.#waiting.delete(connection);
    this.#host.emit({
      type: 'connection_close',
      proxy: this.#proxy,
      connection: connection.ordinal,
      reason,
      upstream_bytes: connection.traffic.upstream.received,
      downstream_bytes: connection.traffic.downstream.sent,
    });
  }

  #wait(connection: Connection, waiting: Omit<Waiting, 'pending'>, told: BeforeDial): void {
    const { acceptedAt, upstream, delayedBy } = waiting;
    for (const toxic of told.delayedBy) {
      if (!delayedBy.has(toxic)) this.hit(connection, toxic);
      delayedBy.add(toxic);
    }
    const pending = this.scheduler.at((acceptedAt + told.delayMs * 1_000) as Instant, () => {
      this.#waiting.delete(connection);
      connection.dial(upstream);
    });
    this.#waiting.set(connection, { acceptedAt, upstream, delayedBy, pending });
  }
}
