import type { Cancel } from '../host/cancel.ts';
import type { HoldfastError } from '../host/errors.ts';
import type { Origin } from '../host/message.ts';
import type { Micros } from '../host/units.ts';

/** Everything one connector needs; configuration of applications is pulled from the service. */
export interface ConnectorConfig {
  /** `connector/paris/1`; must equal the name in its certificate. */
  readonly connectorId: string;
  /** Tunnel addresses of the service instances; tunnels are spread over all of them. */
  readonly instances: readonly string[];
  readonly tunnels: number;
  /** Requests at once, from dispatch to the last byte (documented: 200). */
  readonly maxConcurrent: number;
  /** Emulated capacity; undefined: the machine's own. */
  readonly capacity: CapacityRule | undefined;
  /** What this connector may call, the guard against a hostile service: exact origins, and the paths below each (`AllowedUrls`). */
  readonly allowedInternalUrls: readonly string[];
  readonly window: number;
  readonly pingInterval: Micros;
  /** Silence after which a tunnel is given up by this end. */
  readonly deadAfter: Micros;
  /** First reconnect delay; doubles with full jitter to the cap. */
  readonly reconnect: { readonly base: Micros; readonly cap: Micros };
}

/** M/G/c: `cores` servers, FIFO, `demand` of one core per request; more than `maxQueue` waiting are refused. */
export interface CapacityRule {
  readonly cores: number;
  readonly demand: Micros;
  readonly distribution: 'exponential' | 'constant';
  readonly maxQueue: number;
}

/** Gets a ticket for single sign-on; `ok` at once when cached. */
export interface TicketSource {
  ticketFor(user: string, application: string, cancel: Cancel): 'ok' | Promise<'ok' | 'unavailable'>;
}

export interface ConnectorPorts {
  readonly origin: Origin;
  readonly tickets: TicketSource | undefined;
}

export interface RunningConnector {
  /**
   * Resolves when it takes no more work because another process under its id took its tunnels again and again
   * (ERR_CONNECTOR_SUPERSEDED); never otherwise. Whoever runs it must end it then, or start it anew.
   */
  readonly gaveUp: Promise<HoldfastError>;
  /** No new work, running requests end (at most `deadline`), tunnels close. */
  drain(deadline: Micros): Promise<void>;
  stop(): Promise<void>;
  readonly inFlight: number;
  readonly openTunnels: number;
  /** A fault or calibration changes the CPU demand: multiplied by `factor` from now on. */
  slow(factor: number): void;
}
