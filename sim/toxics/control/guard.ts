import type { IncomingMessage } from 'node:http';
import net from 'node:net';
import { type Answer, plain } from './answer.ts';

/** `host`, `host:port`, `[v6]` or `[v6]:port`, and nothing that a URL would read as something else. */
const HOST = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?))(?::\d{1,5})?$/i;

/**
 * Who may speak to the control port. A web page can make a browser send requests to localhost, and with DNS rebinding
 * even read the answers; the real server looks at the User-Agent only. So the Host header must be an address, a
 * localhost name or a name that was allowed. A request from a web page (Origin) must come from this machine or from a
 * name that was allowed: an address proves nothing there, as any page can be served from one.
 */
export class Guard {
  readonly #allowed: ReadonlySet<string>;
  readonly #bound: string;
  readonly #anySingleLabel: boolean;

  /** @param boundHost where the API listens: beyond loopback, Host may be a bare name (a container's service name) */
  constructor(boundHost: string, allowedHosts: readonly string[]) {
    this.#allowed = new Set(allowedHosts.map((host) => host.toLowerCase()));
    this.#bound = boundHost.toLowerCase();
    this.#anySingleLabel = !isLoopback(this.#bound);
  }

  /**
   * The refusal of a foreign Host or Origin, or undefined. A request without a Host cannot come from a browser: HTTP/1.0
   * knows none, and HTTP/1.1 does not get here without one.
   */
  refuse(request: IncomingMessage): Answer | undefined {
    const { host, origin } = request.headers;
    if (host !== undefined && !this.#isHost(nameOf(host))) return plain(403, 'Host not allowed');
    if (origin !== undefined && !this.#isOrigin(origin)) return plain(403, 'Origin not allowed');
    return undefined;
  }

  #isHost(name: string | undefined): boolean {
    if (name === undefined) return false;
    if (net.isIP(name) !== 0 || isLoopback(name) || name === this.#bound || this.#allowed.has(name)) return true;
    // A number would be an address in disguise.
    return this.#anySingleLabel && !name.includes('.') && !/^(?:\d+|0x[0-9a-f]*)$/.test(name);
  }

  #isOrigin(origin: string): boolean {
    const name = nameOf(/^https?:\/\/(.*)$/i.exec(origin)?.[1] ?? '');
    return name !== undefined && (isLoopback(name) || this.#allowed.has(name));
  }
}

/** The refusal of a browser by its User-Agent, as the real server gives it on routes that exist. */
export function refuseBrowser(request: IncomingMessage): Answer | undefined {
  const agent = request.headers['user-agent'] ?? '';
  return agent.startsWith('Mozilla/') ? plain(403, 'User agent not allowed') : undefined;
}

function isLoopback(name: string): boolean {
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1') return true;
  return net.isIPv4(name) && name.startsWith('127.');
}

/** The name or address of a Host value in lower case, without port and brackets; undefined when it is neither. */
function nameOf(host: string): string | undefined {
  const match = HOST.exec(host);
  if (match?.[1] !== undefined) return net.isIPv6(match[1]) ? match[1].toLowerCase() : undefined;
  return match?.[2]?.toLowerCase().replace(/\.$/, '');
}
