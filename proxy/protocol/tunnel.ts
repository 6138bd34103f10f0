import type { Cancel, CancelListener } from '../host/cancel.ts';
import type { RequestHead, ResetCode } from '../host/frame.ts';
import type { BodySource, HeaderPairs, Taker, UpgradeStream } from '../host/message.ts';
import type { CloseReason } from '../host/transport.ts';
import type { Instant, Micros } from '../host/units.ts';

/**
 * The two ends of a tunnel as the service and the connector see them. The session behind both runs on any Conn: L1
 * pairs, L2 bytes, TLS. It reads no clock but the one it is given.
 */

/** What became of a request sent into a tunnel. `processed: 'never'` is known, so any method may be sent elsewhere. */
export type TunnelAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: HeaderPairs;
      readonly body: BodySource | undefined;
      readonly upgrade: UpgradeStream | undefined;
    }
  | {
      readonly kind: 'reset';
      readonly code: ResetCode;
      readonly detail: string;
      readonly processed: 'never' | 'maybe';
      /** The request's own body broke off with this code, so nobody here is at fault; undefined otherwise. */
      readonly bodyError?: string;
    }
  | { readonly kind: 'lost'; readonly detail: string; readonly processed: 'never' | 'maybe' };

export type TunnelState = 'open' | 'suspect' | 'draining' | 'closed';

/** The service's end: it opens streams. */
export interface ServiceTunnel {
  readonly connectorId: string;
  readonly bootNonce: string;
  readonly generation: number;
  /** Cap announced by the connector over all its tunnels. */
  readonly maxStreams: number;
  readonly state: TunnelState;
  /** Why it closed; undefined while it is not. A peer's violation has cause `protocol` and a detail beginning with its ERR_ code. */
  readonly closeReason: CloseReason | undefined;
  /** Streams open now. */
  readonly inFlight: number;
  /** Streams whose answer has passed 128 KiB: avoid this tunnel for small requests. */
  readonly bulkStreams: number;
  readonly lastHeard: Instant;
  /** Smoothed ping round trip; undefined before the first pong. */
  readonly roundTrip: Micros | undefined;
  /**
   * Sends a request; every request gets an answer. Tripping `cancel`, or calling what this gives back, resets the stream and
   * answers reset/cancelled. Undefined: it did not set out, and `taker` has the answer.
   */
  request(
    head: RequestHead,
    body: BodySource | undefined,
    cancel: Cancel,
    taker: Taker<TunnelAnswer>,
  ): CancelListener | undefined;
  sendConfig(json: string): void;
  /** No new streams from here; running ones end. Closing the tunnel afterwards (inFlight 0) is the owner's business. */
  goAway(reason: string, retryAfterMs: number): void;
  close(reason: CloseReason): void;
  /** Called at once when the state is no longer `open`, so nothing is missed between opening and listening. */
  onState(fn: (state: TunnelState) => void): void;
}

/** A request as the connector receives it. Exactly one of respond / reset is called. */
export interface IncomingStream {
  readonly head: RequestHead;
  readonly body: BodySource | undefined;
  /** Trips when the service reset the stream or the tunnel died. */
  readonly cancel: Cancel;
  /** Resolves when the last byte was handed to the tunnel or the stream was cut. `upgrade` on 101 only. */
  respond(
    status: number,
    headers: HeaderPairs,
    body: BodySource | undefined,
    upgrade?: UpgradeStream,
  ): Promise<void> | undefined;
  reset(code: ResetCode, detail: string): void;
}

/** Takes a configuration; what is wrong with it, in words, ends the tunnel (ERR_TUNNEL_CONFIG). Undefined: it is in force. */
export type ConfigReader = (json: string) => string | undefined;

/** The connector's end. */
export interface ConnectorTunnel {
  readonly instanceId: string;
  readonly state: TunnelState;
  /** As in ServiceTunnel. */
  readonly closeReason: CloseReason | undefined;
  readonly inFlight: number;
  /** Stop taking new streams and let running ones end. */
  goAway(reason: string, retryAfterMs: number): void;
  /** Resolves when the service has taken everything sent so far, or the tunnel is closed; a silent service ends by liveness. */
  flushed(): Promise<void>;
  close(reason: CloseReason): void;
  onState(fn: (state: TunnelState) => void): void;
  /** The service asked to go elsewhere; redial another instance before this one closes. */
  onGoAway(fn: (reason: string, retryAfterMs: number) => void): void;
  onConfig(fn: ConfigReader): void;
}

/** Liveness of a tunnel: any frame counts; a ping goes out after `pingInterval` of silence. */
export interface TunnelLiveness {
  readonly pingInterval: Micros;
  /** No new work after this much silence; undefined: never suspected. */
  readonly suspectAfter: Micros | undefined;
  /** Cut, streams lost, after this much silence; undefined: never. */
  readonly deadAfter: Micros | undefined;
}
