import { decodedPath, pathOf } from '../policy/request-path.ts';

/** What a connector may ask of one backend: paths below these prefixes, each of which begins and ends with `/`. */
export type AllowedPaths = readonly string[];

const everything: AllowedPaths = ['/'];

/**
 * The connector's own list of internal URLs: its guard against a hostile service, which chooses internal URLs and targets
 * freely. An entry allows its exact origin (scheme, host and port) and every path below its own; a path without a `/` at its
 * end is read as if it had one, so that `http://app/wiki` allows `/wiki/…` and not `/wikileaks`.
 */
export class AllowedUrls {
  readonly #paths = new Map<string, string[]>();

  /** Entries that are no URL allow nothing. */
  constructor(urls: readonly string[]) {
    for (const text of urls) {
      const url = parsed(text);
      const path = url === undefined ? undefined : decodedPath(withSlash(url.pathname));
      if (url === undefined || path === undefined) continue;
      const paths = this.#paths.get(url.origin);
      if (paths === undefined) this.#paths.set(url.origin, [path]);
      else paths.push(path);
    }
  }

  /** What may be asked of the backend at `internalUrl`; undefined: it is not to be called at all. */
  pathsOf(internalUrl: string): AllowedPaths | undefined {
    const url = parsed(internalUrl);
    if (url === undefined) return undefined;
    const paths = this.#paths.get(url.origin);
    if (paths === undefined || !covers(paths, withSlash(url.pathname))) return undefined;
    return paths.includes('/') ? everything : paths;
  }
}

/** True when `target` is a path (never a URL of its own, which a backend that proxies would follow) below one of `paths`. */
export function covers(paths: AllowedPaths, target: string): boolean {
  if (paths === everything) return target.charCodeAt(0) === slash;
  const path = decodedPath(pathOf(target));
  return path !== undefined && paths.some((prefix) => path.startsWith(prefix));
}

const slash = 47;

const withSlash = (path: string): string => (path.endsWith('/') ? path : `${path}/`);

function parsed(text: string): URL | undefined {
  try {
    const url = new URL(text);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
  } catch {
    return undefined;
  }
}
