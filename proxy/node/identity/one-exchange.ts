import type { CustomFetch } from 'openid-client';
import type { Cancel } from '../../host/cancel.ts';
import type { Exchange } from '../../token/identity-port.ts';
import { causeOf, httpExchange } from './exchange-fetch.ts';

/** What makes the request: `init` is a RequestInit. Rejects when there is no answer. */
export type Fetch = (url: string, init: object) => Promise<Response>;

/**
 * A library's call as one Exchange. `call` gets a fetch that goes out once, through `send`, bounded and cancelled by `cancel` and by
 * nothing else; what became of it is the kind, whatever the library makes of it. Malformed: the answer makes `call` throw, or `call`
 * fetches a second time, which is refused. Unreachable: `call` throws before it fetched, so nothing was sent. Never throws.
 */
export async function oneExchange<T>(
  cancel: Cancel,
  wall: () => number,
  send: Fetch,
  call: (fetch: CustomFetch) => Promise<T>,
): Promise<Exchange<T>> {
  const seen: { fetches: number; failed: Exchange<never> | undefined } = { fetches: 0, failed: undefined };
  const fetchOnce: CustomFetch = async (url, init) => {
    seen.fetches++;
    if (seen.fetches > 1) throw new TypeError('a second exchange in one call');
    const exchange = await httpExchange(cancel, wall, (signal) => send(url, { ...init, signal }));
    if (exchange.kind === 'ok') return exchange.value;
    seen.failed = exchange;
    throw new TypeError(`no answer to read: ${exchange.kind}`);
  };
  const result = await call(fetchOnce).then(
    (value): Exchange<T> => ({ kind: 'ok', value }),
    (error): Exchange<T> => ({ kind: seen.fetches === 0 ? 'unreachable' : 'malformed', detail: causeOf(error) }),
  );
  if (seen.fetches > 1) return { kind: 'malformed', detail: 'a second exchange in one call' };
  return seen.failed ?? result;
}
