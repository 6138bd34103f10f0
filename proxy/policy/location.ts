/** Where an application is inside and outside; see ResponseHeaderRules. */
export interface Places {
  readonly internalOrigin: string;
  readonly internalPath: string;
  readonly externalPath: string;
}

/**
 * A Location as the user can follow it: an absolute or protocol-relative address at the internal origin moves to the external one,
 * a path under the internal prefix to the external prefix. Addresses elsewhere and relative ones stay as they are.
 * @param externalHost as this user reached the application, with the port where it is not 443
 */
export function translateLocation(location: string, places: Places, externalHost: string): string {
  if (location.startsWith('//')) {
    const scheme = places.internalOrigin.slice(0, places.internalOrigin.indexOf(':') + 1);
    const rest = afterOrigin(scheme + location, places.internalOrigin);
    return rest === undefined ? location : `https://${externalHost}${movePrefix(rest, places)}`;
  }
  if (location.startsWith('/')) return movePrefix(location, places);
  const rest = afterOrigin(location, places.internalOrigin);
  return rest === undefined ? location : `https://${externalHost}${movePrefix(rest, places)}`;
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
