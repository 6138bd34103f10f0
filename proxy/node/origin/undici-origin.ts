import { Agent, type Dispatcher } from 'undici';
import type { BodySource, Origin } from '../../host/message.ts';
import { backendConnector, backendName } from './backend-connector.ts';
import { OriginExchange } from './exchange.ts';
import { requestFields } from './request-fields.ts';

export interface UndiciOriginOptions {
  /** Default 3 s; then the backend is unreachable. */
  readonly connectTimeoutMs?: number;
  /** An idle connection is given up after this; keep it below the backend's own, or its close races with a request. Default 4 s. */
  readonly keepAliveMs?: number;
  /** Connections to one backend; default unlimited, the connector's cap of concurrent requests bounds them. */
  readonly maxConnections?: number;
  /** PEM of the authorities that sign https backends; default Node's own list. */
  readonly ca?: string;
  readonly maxHeaderBytes?: number;
  /**
   * A hosts file with ports: host of an internal URL (with its port where it has one) to the `host:port` to connect to. The
   * certificate of an https backend is for the host of the internal URL all the same.
   */
  readonly hosts?: Readonly<Record<string, string>>;
}

export interface ClosableOrigin extends Origin {
  /** Requests given to it so far. */
  readonly exchanges: number;
  /** By internal URL: requests that got no connection, or whose connection ended before the head of the answer. */
  readonly failed: ReadonlyMap<string, number>;
  /** Cuts running exchanges and idle connections. */
  close(): Promise<void>;
}

const keptOrigins = 1000;

/** Where a backend is, and the name its certificate must carry. */
interface Place {
  readonly origin: string;
  readonly servername: string;
}

/** undici takes the name of the certificate from Host where it is told none, and Host may be any name; its types do not know. */
type Dispatch = Dispatcher.DispatchOptions & { readonly servername: string };

/**
 * The live origin: undici's `dispatch` with streaming both ways and back-pressure. Never retries, never pipelines, never
 * times out after the connection stands. `internalUrl` says where to
 * connect; the target already carries the backend's path. A request that never got a
 * connection is `unreachable`; anything that goes wrong later, before the head is complete, is `broken`.
 */
export function createUndiciOrigin(options: UndiciOriginOptions = {}): ClosableOrigin {
  const agent = new Agent({
    connections: options.maxConnections ?? null,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: options.keepAliveMs ?? 4000,
    keepAliveMaxTimeout: 60_000,
    maxHeaderSize: options.maxHeaderBytes ?? 32 * 1024,
    strictContentLength: true,
    allowH2: false,
    connect: backendConnector({ timeoutMs: options.connectTimeoutMs ?? 3000, ca: options.ca }),
  });
  const places = new Map<string, Place>();
  const placeOf = (internalUrl: string): Place => {
    const known = places.get(internalUrl);
    if (known !== undefined) return known;
    if (places.size >= keptOrigins) places.clear();
    const { protocol, host, hostname } = new URL(internalUrl);
    const place = {
      origin: `${protocol}//${options.hosts?.[host] ?? host}`,
      servername: backendName(hostname),
    };
    places.set(internalUrl, place);
    return place;
  };
  let exchanges = 0;
  const failed = new Map<string, number>();
  const onFailed = (internalUrl: string): void => {
    if (failed.size < keptOrigins || failed.has(internalUrl))
      failed.set(internalUrl, (failed.get(internalUrl) ?? 0) + 1);
  };
  return {
    get exchanges() {
      return exchanges;
    },
    failed,
    exchange(internalUrl, request, cancel, taker) {
      exchanges += 1;
      if (cancel.cancelled) {
        request.body?.cancel('cancelled');
        taker.take({ kind: 'broken', detail: `cancelled: ${cancel.reason ?? ''}` });
        return undefined;
      }
      const exchange = new OriginExchange(internalUrl, request, cancel, taker, onFailed);
      try {
        const fields = requestFields(request);
        const place = placeOf(internalUrl);
        const dispatch: Dispatch = {
          origin: place.origin,
          servername: place.servername,
          path: request.target,
          method: request.method as Dispatcher.HttpMethod,
          headers: fields.flat,
          body: bodyOf(request.body),
        };
        if (fields.upgrade !== undefined) dispatch.upgrade = fields.upgrade;
        agent.dispatch(dispatch, exchange);
      } catch (error) {
        exchange.onError(error instanceof Error ? error : new Error(String(error)));
      }
      return exchange;
    },
    close: () => agent.destroy(),
  };
}

/** What undici takes: the bytes at once where they are all here, else an iteration that pulls as the socket drains. */
function bodyOf(body: BodySource | undefined): NonNullable<Dispatcher.DispatchOptions['body']> | null {
  if (body === undefined) return null;
  if (body.whole?.data !== undefined) return body.whole.data;
  return bytesOf(body) as unknown as NonNullable<Dispatcher.DispatchOptions['body']>;
}

async function* bytesOf(body: BodySource): AsyncGenerator<Uint8Array> {
  let ended = false;
  try {
    for (;;) {
      const pulled = body.pull();
      const chunk = pulled instanceof Promise ? await pulled : pulled;
      if (chunk === undefined) break;
      if (chunk.data !== undefined) yield chunk.data;
    }
    ended = true;
  } finally {
    if (!ended) body.cancel('backend no longer reads');
  }
}
