import type { Cancel, CancelListener } from './cancel.ts';

/** A piece of a body. `data` is absent at L1 (message fidelity), where only lengths travel. */
export interface Chunk {
  readonly bytes: number;
  readonly data?: Uint8Array;
}

/** What a pull gives: a chunk, or undefined at the end. Synchronous when the chunk is at hand, to save a turn. */
export type Pulled = Chunk | undefined | Promise<Chunk | undefined>;

/**
 * A body as a pull source: nothing is read before it is asked for, so back-pressure runs end to end.
 * Forwarding code reads `bytes` only.
 */
export interface BodySource {
  /** The whole body where it is known and complete; then `pull` need not be called and it travels in one frame. */
  readonly whole?: Chunk;
  /** Next chunk, or undefined at the end. Rejects with a HoldfastError when the sender broke off. One pull at a time. */
  pull(): Pulled;
  /** The reader is no longer interested; idempotent. */
  cancel(reason: string): void;
}

/** Name/value pairs in order, names as received; compare names case-insensitively. */
export type HeaderPairs = ReadonlyArray<readonly [name: string, value: string]>;

/** One request as both worlds see it. `target` is origin-form (`/path?query`); the authority is in `host`. */
export interface RequestMessage {
  readonly method: string;
  readonly host: string;
  readonly target: string;
  readonly headers: HeaderPairs;
  readonly body: BodySource | undefined;
  /** The user's address, for X-Forwarded-For; never taken from a header. */
  readonly clientAddress: string;
}

/** One answer. `reason` names the cause when the proxy itself made this answer (an error page, a redirect, …). */
export interface ResponseMessage {
  readonly status: number;
  readonly headers: HeaderPairs;
  readonly body: BodySource | undefined;
  /** Set when the proxy answered instead of the application. */
  readonly proxyCause?: ProxyCause;
  /** Present on 101: the two-way byte stream that follows (WebSocket). */
  readonly upgrade?: UpgradeStream;
}

/** A two-way stream after 101 Switching Protocols. */
export interface UpgradeStream {
  readonly fromOrigin: BodySource;
  /** A promise asks the sender to wait for it before the next chunk (back-pressure); it never rejects. */
  sendToOrigin(chunk: Chunk): void | Promise<void>;
  endToOrigin(): void;
}

/**
 * Why the proxy answered for itself. The outcome classifier and the reports use these words; statuses in brackets.
 * sign-in: redirect to the token service or its callback (302); not a failure by itself.
 */
export type ProxyCause =
  | 'sign-in'
  | 'sign-in-failed' // token service said no or gave nonsense (403/400)
  | 'token-service-unavailable' // cannot sign anybody in now (503)
  | 'no-connector' // no connector within the wait: "Gateway time-out" (504)
  | 'connector-lost' // tunnel died under the request (502)
  | 'overload' // queue or cap full (503)
  | 'throttled' // documented 500/750 TPS limits (429)
  | 'backend-unreachable' // connector could not reach the backend: "Bad gateway" (502)
  | 'backend-timeout' // 85 s or 180 s passed (504)
  | 'directory-unavailable' // no ticket for single sign-on (502)
  | 'not-found' // no such application (404)
  | 'bad-request' // refused by HTTP rules (400 family)
  | 'draining'; // this instance is going away (503)

/**
 * Takes the one result of something that was asked for; once, perhaps before the asking call returns, and without throwing.
 * For objects that live as long as a request: a promise with its callback for each hop is a third of the cost of a request in
 * virtual time, measured.
 */
export interface Taker<T> {
  take(result: T): void;
}

/** The front: user to service. Live: node:http. In virtual time the workload calls `serve` of a service. */
export type FrontHandler = (request: RequestMessage, cancel: Cancel) => Promise<ResponseMessage>;

/** The same without a promise: what every request of a busy front goes through. */
export interface FrontServer {
  serve(request: RequestMessage, cancel: Cancel, taker: FrontTaker): void;
}

/** Takes what the service answers. `failed` instead of `take`: a bug of ours, there is no answer. */
export interface FrontTaker extends Taker<ResponseMessage> {
  failed(error: unknown): void;
}

export type OriginResult =
  | { readonly kind: 'answer'; readonly response: ResponseMessage }
  | { readonly kind: 'unreachable'; readonly detail: string }
  | { readonly kind: 'broken'; readonly detail: string };

/**
 * The origin: connector to backend. Live: undici. Virtual: a modelled backend. Never retries and never times out by
 * itself: the connector holds the deadline.
 */
export interface Origin {
  /**
   * `internalUrl` is the backend's base, e.g. `http://127.0.0.1:9001/`; `request.host` is what to send as Host. Tripping
   * `cancel`, or calling what this gives back, cuts the exchange: `broken`. Undefined: `taker` has the result already.
   */
  exchange(
    internalUrl: string,
    request: RequestMessage,
    cancel: Cancel,
    taker: Taker<OriginResult>,
  ): CancelListener | undefined;
}
