import { decodedPath, pathOf } from './request-path.ts';

/** Where an application is published. */
export interface PublishedAt {
  readonly id: string;
  /** Host name users type, without port; `*.contoso.com` covers one label in place of `*`. */
  readonly externalHost: string;
  /** Path prefix, begins and ends with `/`; `/` (or undefined) = the whole host. */
  readonly externalPath?: string;
}

/**
 * Finds the application of a request: the most specific host wins, then the longest path; a regular host beats a wildcard
 * (documented). A path outside what a host publishes is not handed to a wildcard: it is not found.
 */
export class ApplicationIndex<A extends PublishedAt> {
  /** Per host, longest path first. */
  readonly #hosts = new Map<string, A[]>();
  /** The same per wildcard, keyed by what follows `*`. */
  readonly #wildcards = new Map<string, A[]>();
  /** The last question and its answer: one page asks for many things, and a health check for the same one again and again. */
  #lastHost = '';
  #lastTarget: string | undefined = undefined;
  #lastAnswer: A | 'ambiguous' | undefined = undefined;

  constructor(applications: readonly A[]) {
    for (const application of applications) {
      const host = plainHost(application.externalHost);
      const wildcard = host.startsWith('*.');
      const map = wildcard ? this.#wildcards : this.#hosts;
      const key = wildcard ? host.slice(1) : host;
      const list = map.get(key) ?? [];
      list.push(application);
      list.sort((a, b) => (b.externalPath ?? '/').length - (a.externalPath ?? '/').length);
      map.set(key, list);
    }
  }

  /**
   * `host` as in the Host field, `target` in origin form. `ambiguous`: the path means another application, or climbs out of
   * its own, once decoded; answer 400. undefined: nothing is published there; answer 404.
   */
  match(host: string, target: string): A | 'ambiguous' | undefined {
    if (target !== this.#lastTarget || host !== this.#lastHost) {
      this.#lastAnswer = this.#find(host, target);
      this.#lastTarget = target;
      this.#lastHost = host;
    }
    return this.#lastAnswer;
  }

  /** True when anything is published at `host`, as in the Host field. */
  hasHost(host: string): boolean {
    return this.#publishedAt(host) !== undefined;
  }

  #publishedAt(host: string): A[] | undefined {
    const exact = this.#hosts.get(host);
    if (exact !== undefined) return exact;
    const name = plainHost(host);
    const dot = name.indexOf('.');
    return this.#hosts.get(name) ?? (dot > 0 ? this.#wildcards.get(name.slice(dot)) : undefined);
  }

  #find(host: string, target: string): A | 'ambiguous' | undefined {
    const published = this.#publishedAt(host);
    if (published === undefined) return undefined;
    const path = pathOf(target);
    const found = longestPrefix(published, path);
    const decoded = decodedPath(path);
    if (decoded === path) return found;
    if (decoded === undefined || longestPrefix(published, decoded) !== found) return 'ambiguous';
    return found;
  }
}

/** Lower case, without port and without the root dot. */
function plainHost(host: string): string {
  let name = host.toLowerCase();
  const bracket = name.lastIndexOf(']');
  const colon = name.lastIndexOf(':');
  if (colon > bracket) name = name.slice(0, colon);
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

/** `/app/` covers `/app/…` and, as a courtesy to users who type it, `/app`. */
function longestPrefix<A extends PublishedAt>(published: readonly A[], path: string): A | undefined {
  for (const application of published) {
    const prefix = application.externalPath ?? '/';
    if (prefix === '/' || path.startsWith(prefix) || (path.length === prefix.length - 1 && prefix.startsWith(path))) {
      return application;
    }
  }
  return undefined;
}
