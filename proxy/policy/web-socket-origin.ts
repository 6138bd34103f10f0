import type { RequestMessage } from '../host/message.ts';

/** Pages that may open a WebSocket with the user's session: those of these origins (`https://host[:port]`), or of any. */
export type WebSocketOrigins = readonly string[] | 'any';

/**
 * True when a WebSocket handshake comes from a page that may not use the user's session. The same-origin policy does not hold
 * for WebSockets and the session cookie is SameSite=None, so any page of the world could talk to the application as its user
 * (RFC 6455 10.2). No Origin: not a browser. Pages of the application itself always may.
 */
export function isForeignWebSocket({ host, headers }: RequestMessage, allowed: WebSocketOrigins): boolean {
  if (allowed === 'any') return false;
  const own = `https://${withoutDefaultPort(host)}`;
  for (const [name, value] of headers) {
    if (name.toLowerCase() !== 'origin') continue;
    const origin = value.trim().toLowerCase();
    if (origin !== own && !allowed.includes(origin)) return true;
  }
  return false;
}

function withoutDefaultPort(host: string): string {
  const name = host.toLowerCase();
  return name.endsWith(':443') ? name.slice(0, -4) : name;
}
