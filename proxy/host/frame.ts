import type { Chunk, HeaderPairs } from './message.ts';

/**
 * What crosses a tunnel between service and connector. At L1 these objects are handed over as they are; at L2 and live
 * `proxy/protocol` encodes them. Stream ids are chosen by the service (it opens all streams), odd, increasing; 0 = tunnel.
 */
export type Frame =
  | HelloFrame
  | HelloAckFrame
  | RequestFrame
  | ResponseFrame
  | DataFrame
  | ResetFrame
  | WindowFrame
  | PingFrame
  | PongFrame
  | GoAwayFrame
  | ConfigFrame;

/** Connector to service, first frame of a tunnel. `bootNonce` and `generation` let the newest incarnation win. */
export interface HelloFrame {
  readonly type: 'hello';
  readonly version: 1;
  readonly connectorId: string;
  readonly bootNonce: string;
  readonly generation: number;
  /** Streams this connector accepts at once over all its tunnels (documented cap: 200). */
  readonly maxStreams: number;
  /** Initial credit per stream in bytes that the sender of this frame grants. */
  readonly window: number;
}

export interface HelloAckFrame {
  readonly type: 'hello-ack';
  readonly instanceId: string;
  readonly window: number;
  readonly pingIntervalMs: number;
}

/** Opens a stream. `end` true: no body follows beyond `first`. */
export interface RequestFrame {
  readonly type: 'request';
  readonly stream: number;
  readonly head: RequestHead;
  readonly first: Chunk | undefined;
  readonly end: boolean;
}

export interface RequestHead {
  readonly method: string;
  readonly host: string;
  readonly target: string;
  readonly headers: HeaderPairs;
  /** Published application, by id; the connector looks the internal URL up in its own configuration (SSRF guard). */
  readonly application: string;
  /** Signed-in user (UPN) or empty for pass-through. */
  readonly user: string;
  /** Time for the backend to answer, measured from its last piece of the request, receipt at the earliest; microseconds. */
  readonly timeoutUs: number;
  readonly transactionId: string;
}

export interface ResponseFrame {
  readonly type: 'response';
  readonly stream: number;
  readonly status: number;
  readonly headers: HeaderPairs;
  readonly first: Chunk | undefined;
  readonly end: boolean;
}

export interface DataFrame {
  readonly type: 'data';
  readonly stream: number;
  readonly chunk: Chunk;
  readonly end: boolean;
}

export type ResetCode =
  | 'cancelled' // the other side is no longer interested
  | 'refused' // never processed: safe to retry anywhere
  | 'overload' // queue or cap full, never processed
  | 'backend-unreachable'
  | 'backend-timeout'
  | 'backend-broken'
  | 'directory-unavailable'
  | 'unknown-application'
  | 'protocol'
  | 'internal';

export interface ResetFrame {
  readonly type: 'reset';
  readonly stream: number;
  readonly code: ResetCode;
  readonly detail: string;
}

/** Grants `bytes` more credit on a stream. */
export interface WindowFrame {
  readonly type: 'window';
  readonly stream: number;
  readonly bytes: number;
}

/** `stamp`: sender's clock in microseconds, echoed; gives the round trip. */
export interface PingFrame {
  readonly type: 'ping';
  readonly stamp: number;
}

export interface PongFrame {
  readonly type: 'pong';
  readonly stamp: number;
}

/** No new streams above `lastStream`; those above were never processed. */
export interface GoAwayFrame {
  readonly type: 'goaway';
  readonly lastStream: number;
  readonly reason: string;
  readonly retryAfterMs: number;
}

/** Service to connector: configuration pull answer (applications of its group), JSON text. */
export interface ConfigFrame {
  readonly type: 'config';
  readonly json: string;
}
