import { lookup } from 'node:dns/promises';
import net from 'node:net';
import { ToxicsError } from './control/toxics-error.ts';

/** Host and port as the user wrote them; an empty host means all interfaces. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Longest wait for a name to resolve before a control call is answered with an error. */
const RESOLVE_MS = 5_000;

function failure(message: string): ToxicsError {
  return new ToxicsError(500, message);
}

/**
 * Reads `host:port`, `[v6]:port` or `:port`; an empty text is all interfaces with a free port, as in Go.
 * @throws ToxicsError 500 with the text Go's net package gives.
 */
export function parseAddress(text: string): Address {
  if (text === '') return { host: '', port: 0 };
  const match = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:]*)$/.exec(text);
  if (match === null) {
    const colons = text.split(':').length - 1;
    throw failure(`address ${text}: ${colons > 1 ? 'too many colons in address' : 'missing port in address'}`);
  }
  const portText = match[3] ?? '';
  if (!/^\d*$/.test(portText)) throw failure(`lookup tcp/${portText}: unknown port`);
  const port = Number(portText);
  if (port > 65_535) throw failure(`address ${portText}: invalid port`);
  return { host: match[1] ?? match[2] ?? '', port };
}

/** `host:port` with brackets around IPv6, wildcards as `[::]`: the last colon is always before the port. */
export function formatAddress(address: Address): string {
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

/**
 * Resolves a listen address to what the server would report: IPv4 first for names, every wildcard as `::`.
 * @throws ToxicsError 500 for a name that does not resolve, or not within 5 s: which of the two, as Go words it.
 */
export async function resolveListen(text: string): Promise<Address> {
  const { host, port } = parseAddress(text);
  if (host === '' || host === '0.0.0.0' || host === '::') return { host: '::', port };
  if (net.isIP(host) !== 0) return { host, port };
  if (host === 'localhost') return { host: '127.0.0.1', port };
  const failed = (reason: string): ToxicsError => failure(`listen tcp: lookup ${host}: ${reason}`);
  const found = lookup(host, { all: true, order: 'ipv4first' }).catch((error: NodeJS.ErrnoException) => {
    // Only this code says that the name does not exist; others tell of the resolver, which may know it later.
    throw failed(error.code === 'ENOTFOUND' ? 'no such host' : 'server misbehaving');
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(failed('i/o timeout')), RESOLVE_MS);
  });
  try {
    const [first] = await Promise.race([found, late]);
    if (first === undefined) throw failed('no such host');
    return { host: first.address, port };
  } finally {
    clearTimeout(timer);
  }
}

/** Options of an upstream dial: both halves independent, no Nagle, dead peers noticed. */
export function dialOptions(address: Address): net.NetConnectOpts {
  return {
    host: address.host === '' ? 'localhost' : address.host,
    port: address.port,
    allowHalfOpen: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 15_000,
  };
}
