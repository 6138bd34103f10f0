import type { IncomingMessage } from 'node:http';
import net from 'node:net';
import { type Answer, plain } from './answer.ts';

/**
 * Who may speak to the control port. A web page can make a browser send requests to localhost, and with DNS rebinding
 * even read the answers; the real server looks at the User-Agent only. So the Host header must be an address, a
 * localhost name or a name that was allowed, and a request from a web page (Origin) must come from such a name too.
 */
export class Guard {
  readonly #allowed: ReadonlySet<string>;
  readonly #anySingleLabel: boolean;

  /** @param boundHost where the API listens: beyond loopback, bare names (a container's service name) are fine as well */
  constructor(boundHost: string, allowedHosts: readonly string[]) {
    this.#allowed = new Set([boundHost, ...allowedHosts].map((host) => host.toLowerCase()));
    this.#anySingleLabel = boundHost !== 'localhost' && !boundHost.startsWith('127.') && boundHost !== '::1';
  }

  /** The refusal, or undefined when the request may go on. */
  refuse(request: IncomingMessage): Answer | undefined {
    if ((request.headers['user-agent'] ?? '').startsWith('Mozilla/')) return plain(403, 'User agent not allowed');
    const host = hostName(`http://${request.headers.host ?? ''}`);
    if (host === undefined || !this.#known(host)) return plain(403, 'Host not allowed');
    const origin = request.headers.origin;
    if (origin === undefined) return undefined;
    const from = hostName(origin);
    return from !== undefined && this.#known(from) ? undefined : plain(403, 'Origin not allowed');
  }

  #known(host: string): boolean {
    if (net.isIP(host) !== 0 || host === 'localhost' || host.endsWith('.localhost')) return true;
    return this.#allowed.has(host) || (this.#anySingleLabel && !host.includes('.'));
  }
}

function hostName(url: string): string | undefined {
  try {
    return new URL(url).hostname.toLowerCase().replace(/^\[|\]$/g, '');
  } catch {
    return undefined;
  }
}
