import { HoldfastError } from '../../host/errors.ts';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** `host:port` or `[v6]:port`; port 0 to 65535. ERR_ADDRESS otherwise. */
export function parseAddress(address: string): HostPort {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):([0-9]{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw new HoldfastError('ERR_ADDRESS', `${JSON.stringify(address)} is not an address`, {
      facts: { address },
      hint: 'Write host:port, an IPv6 host in brackets.',
    });
  }
  return { host: match[1] ?? (match[2] as string), port };
}

export function formatAddress(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
