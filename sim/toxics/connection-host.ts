import type { Connection } from './connection.ts';
import type { Scheduler } from './engine/scheduler.ts';
import type { Direction, Toxic } from './toxic.ts';

/** Bytes that entered and left one direction, as they happen. */
export interface Traffic {
  received: number;
  sent: number;
}

/** What a connection needs from its proxy. */
export interface ConnectionHost {
  readonly scheduler: Scheduler;
  readonly dialTimeoutMs: number;
  /** Live counters of the proxy, both directions. */
  readonly traffic: Readonly<Record<Direction, Traffic>>;
  toxics(direction: Direction): readonly Toxic[];
  hit(connection: Connection, toxic: Toxic): void;
  /** A bug of ours: told, never thrown, and the connection is reset. */
  onBug(error: unknown): void;
  /** Both sockets are gone, or about to be without our help. */
  closed(connection: Connection, reason: string): void;
}
