import type { Cancel } from '../../host/cancel.ts';
import type { Micros } from '../../host/units.ts';
import { seconds } from '../../host/units.ts';
import type { Exchange } from '../../token/identity-port.ts';

/** Answers of a token service are a few kilobytes; anything beyond this is nonsense. */
const mostBytes = 1_000_000;

/**
 * One HTTP exchange: `send` makes the request with the given signal, which `cancel` trips. A 2xx answer comes back with its body
 * read whole and bounded; everything else is told as its kind. Never throws.
 */
export async function httpExchange(
  cancel: Cancel,
  wall: () => number,
  send: (signal: AbortSignal) => Promise<Response>,
): Promise<Exchange<Response>> {
  const abort = new AbortController();
  const withdraw = cancel.onCancel(() => abort.abort());
  try {
    const response = await send(abort.signal);
    if (response.status < 200 || response.status > 299) {
      const retryAfter = readRetryAfter(response.headers.get('retry-after'), wall());
      // Not waited for: a body somebody else also reads is only released when both let go.
      response.body?.cancel().catch(() => {});
      return { kind: 'status', status: response.status, retryAfter };
    }
    const text = await boundedText(response);
    if (text === undefined) return { kind: 'malformed', detail: `more than ${mostBytes} bytes` };
    return { kind: 'ok', value: new Response(text, { status: response.status, headers: [...response.headers] }) };
  } catch (error) {
    if (cancel.cancelled) return { kind: 'timeout' };
    return { kind: neverSent(error) ? 'unreachable' : 'broken', detail: causeOf(error) };
  } finally {
    withdraw();
  }
}

/** Retry-After (RFC 9110 10.2.3): seconds or a date; undefined when absent or unreadable. At most a day is believed. */
export function readRetryAfter(text: string | null, wall: number): Micros | undefined {
  if (text === null) return undefined;
  const trimmed = text.trim();
  const date = /^[A-Z][a-z]{2,8},? .* GMT$/.test(trimmed) ? Date.parse(trimmed) : Number.NaN;
  const left = /^\d{1,9}$/.test(trimmed) ? Number(trimmed) : (date - wall) / 1000;
  return Number.isFinite(left) ? seconds(Math.min(86_400, Math.max(0, left))) : undefined;
}

async function boundedText(response: Response): Promise<string | undefined> {
  if (response.body === null) return '';
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    bytes += part.value.byteLength;
    if (bytes > mostBytes) {
      reader.cancel().catch(() => {});
      return undefined;
    }
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
}

/** Codes of a connection that never stood: no name, no way, nobody there, or no trust in whoever is. */
const noConnection =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|(CERT|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)_\w+)$/;

/** Surely nothing of the request left this process. */
function neverSent(error: unknown): boolean {
  const { code } = innermost(error) as { readonly code?: unknown };
  return typeof code === 'string' && noConnection.test(code);
}

function innermost(error: unknown): object {
  let inner = error;
  for (let depth = 0; depth < 5 && inner instanceof Error && inner.cause instanceof Error; depth++) inner = inner.cause;
  return typeof inner === 'object' && inner !== null ? inner : { message: String(inner) };
}

/** The innermost reason: `fetch failed` alone tells nobody anything. */
export function causeOf(error: unknown): string {
  const inner = innermost(error);
  if (!(inner instanceof Error)) return String((inner as { readonly message?: unknown }).message ?? inner);
  const code = (inner as { code?: unknown }).code;
  return typeof code === 'string' ? `${code}: ${inner.message}`.slice(0, 300) : inner.message.slice(0, 300);
}
