import type { Micros } from '../../proxy/host/units.ts';

/**
 * What a fault may do to a world: the port both worlds implement. A fault's effect is written once against it. Adding a
 * fault touches neither world; adding a verb touches both and needs a conformance row.
 */
export interface World {
  /**
   * Process dies: its sockets end with FIN or RST, memory is gone, the durable store stays.
   * Heal: it starts again, a connector `restartDelay` later.
   * Hits: tunnels it had, and requests in flight in it, when it died; one if it was on its way back.
   */
  kill(part: string): Promise<Effect>;
  /**
   * Process stops running but keeps its sockets: bytes are accepted up to a buffer; late timers fire on heal (thaw).
   * Hits: what came for it and waited (virtual: events, live: connections with unread bytes).
   */
  freeze(part: string): Promise<Effect>;
  /**
   * CPU demand of a connector is multiplied by `factor` ≥ 1. A service instance has no CPU model: no fault asks it of one.
   * Hits: requests it served meanwhile.
   */
  slow(part: string, factor: number): Promise<Effect>;
  /**
   * A toxic on every link of a hop that belongs to the part. Heal removes it.
   * Hits: what met the toxic (virtual: messages, dials and connections, live: links that carried bytes).
   */
  link(hop: Hop, part: string, toxic: LinkToxic): Promise<Effect>;
  /** Hits: exchanges that found no connection (outage), were late (slow) or failed (errors). */
  tokenService(mode: TokenServiceMode): Promise<Effect>;
  /** Hits: requests that found no connection or lost it (down), were late (slow) or failed (errors). */
  backend(application: string, mode: BackendMode): Promise<Effect>;
  /** Hits: ticket requests without an answer. */
  directory(mode: DirectoryMode): Promise<Effect>;
}

/**
 * A running fault effect. `hits` counts what it observably touched, verb by verb as said above: work of the run, never a
 * probe of the harness, never the mere fact that it is installed. The two worlds count in units of their own; only
 * whether something was touched is compared. Final once `heal` has resolved.
 */
export interface Effect {
  heal(): Promise<void>;
  hits(): number;
}

/** user-service: part is a service instance. service-connector, connector-backend: part is a connector. service-token: part is `token-service`. */
export type Hop = 'user-service' | 'service-connector' | 'connector-backend' | 'service-token';

export type LinkToxic =
  /** Added one way, both directions; jitter uniform in [-jitter, +jitter]. */
  | { readonly kind: 'latency'; readonly latency: Micros; readonly jitter: Micros }
  | { readonly kind: 'bandwidth'; readonly bytesPerSecond: number }
  /** Silence both ways; new connections hang too. What was sent arrives in order when it ends, as TCP retransmits it. */
  | { readonly kind: 'partition' }
  /** Live connections get RST when data next flows, new ones are reset as well. */
  | { readonly kind: 'reset' };

export type TokenServiceMode =
  /** Connections refused. */
  | { readonly kind: 'outage' }
  | { readonly kind: 'slow'; readonly added: Micros }
  /** Each exchange fails with `status` with this probability (seeded per exchange ordinal). */
  | { readonly kind: 'errors'; readonly rate: number; readonly status: number; readonly retryAfter: Micros | null };

export type BackendMode =
  | { readonly kind: 'down' }
  | { readonly kind: 'slow'; readonly added: Micros }
  | { readonly kind: 'errors'; readonly rate: number; readonly status: number };

export type DirectoryMode = { readonly kind: 'down' };
