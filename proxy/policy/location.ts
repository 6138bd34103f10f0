/** Where an application is inside and outside; see ResponseHeaderRules. */
export interface Places {
  readonly internalOrigin: string;
  readonly internalPath: string;
  readonly externalPath: string;
}

/**
 * A Location as the user can follow it: an absolute or protocol-relative address at the internal origin moves to the external one,
 * a path under the internal prefix to the external prefix. An address at the external host, which a backend makes of the Host or
 * X-Forwarded-Host it was sent, becomes https, and its path moves unless it is an external one already. Addresses elsewhere and
 * relative ones stay as they are.
 * @param externalHost as this user reached the application, with the port where it is not 443
 */
export function translateLocation(location: string, places: Places, externalHost: string): string {
  if (location.startsWith('/') && !location.startsWith('//')) return movePrefix(location, places);
  const scheme = location.startsWith('/') ? places.internalOrigin.slice(0, places.internalOrigin.indexOf(':') + 1) : '';
  const rest = afterOrigin(scheme + location, places.internalOrigin);
  if (rest !== undefined) return `https://${externalHost}${movePrefix(rest, places)}`;
  const path = afterHost(scheme + location, places.internalOrigin, externalHost);
  if (path === undefined) return location;
  const { externalPath, internalPath } = places;
  const moved = externalPath.length > internalPath.length && path.startsWith(externalPath);
  return `https://${externalHost}${moved ? path : movePrefix(path, places)}`;
}

/**
 * What follows the external host in `address`; undefined when it is at another one. Backends write the port of their Host, none,
 * the scheme's own, or the one they listen on.
 */
function afterHost(address: string, internalOrigin: string, externalHost: string): string | undefined {
  const parts = /^(https?):\/\/([^/?#]*)(.*)$/is.exec(address);
  if (parts === null) return undefined;
  const [, scheme, authority, rest] = parts as unknown as [string, string, string, string];
  const name = externalHost.replace(/:[0-9]+$/, '');
  const port = /:[0-9]+$/.exec(internalOrigin)?.[0] ?? '';
  const own = scheme.toLowerCase() === 'http' ? ':80' : ':443';
  const known = [externalHost, name, name + own, name + port];
  return known.includes(authority.toLowerCase()) ? rest : undefined;
}

const defaultPorts: Readonly<Record<string, string>> = { 'http:': ':80', 'https:': ':443' };

/** What follows `origin` in `address`; undefined when it is at another origin. Scheme and host without case, default port optional. */
function afterOrigin(address: string, origin: string): string | undefined {
  const port = defaultPorts[origin.slice(0, origin.indexOf(':') + 1).toLowerCase()] ?? '';
  const bare = origin.toLowerCase().endsWith(port) ? origin.slice(0, origin.length - port.length) : origin;
  const lower = address.toLowerCase();
  for (const start of [bare + port, bare]) {
    if (!lower.startsWith(start.toLowerCase())) continue;
    const rest = address.slice(start.length);
    if (rest === '' || rest.startsWith('/') || rest.startsWith('?') || rest.startsWith('#')) return rest;
  }
  return undefined;
}

function movePrefix(path: string, places: Places): string {
  if (places.internalPath === places.externalPath) return path;
  if (path === '' || `${path}/` === places.internalPath) return places.externalPath;
  if (!path.startsWith(places.internalPath)) return path;
  return places.externalPath + path.slice(places.internalPath.length);
}
