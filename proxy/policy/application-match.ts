import { foldedPath } from './folded-path.ts';
import { decodedPath, pathOf } from './request-path.ts';

/** Where an application is published. */
export interface PublishedAt {
  readonly id: string;
  /** Host name users type, without port; `*.contoso.com` covers one label in place of `*`. */
  readonly externalHost: string;
  /** Path prefix, begins and ends with `/`; `/` (or undefined) = the whole host. */
  readonly externalPath?: string;
  /** Absent: nobody is asked to sign in. */
  readonly preAuthentication?: 'token-service' | 'pass-through';
}

/** An application under its path as the most lenient backend reads it. */
interface Folded<A> {
  readonly application: A;
  readonly prefix: string;
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
  /**
   * Longest path first, of the hosts that let everybody pass in one place and not in another: only there is anything gained
   * by a path that the backend reads more leniently than this index. The key is the host's own list.
   */
  readonly #mixed = new Map<readonly A[], readonly Folded<A>[]>();
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
    for (const list of [...this.#hosts.values(), ...this.#wildcards.values()]) {
      const guarded = list.filter(isGuarded).length;
      if (guarded > 0 && guarded < list.length) this.#mixed.set(list, list.map(folded).sort(longestFirst));
    }
  }

  /**
   * `host` as in the Host field, `target` in origin form. `ambiguous`: the path means another application, or climbs out of
   * its own, once decoded, or may mean one that asks for a sign-in to a backend that takes spelling lightly; answer 400. undefined: nothing is published there; answer 404.
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
    if (decoded === undefined) return 'ambiguous';
    if (decoded !== path && longestPrefix(published, decoded) !== found) return 'ambiguous';
    if (found === undefined || this.#mixed.size === 0) return found;
    const lenient = this.#mixed.get(published);
    return lenient === undefined || !evades(found, decoded, lenient) ? found : 'ambiguous';
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

function longestPrefix<A extends PublishedAt>(published: readonly A[], path: string): A | undefined {
  for (const application of published) {
    if (covers(application.externalPath ?? '/', path)) return application;
  }
  return undefined;
}

/** `/app/` covers `/app/…` and, as a courtesy to users who type it, `/app`. */
function covers(prefix: string, path: string): boolean {
  return prefix === '/' || path.startsWith(prefix) || (path.length === prefix.length - 1 && prefix.startsWith(path));
}

const isGuarded = ({ preAuthentication }: PublishedAt): boolean => preAuthentication === 'token-service';

const folded = <A extends PublishedAt>(application: A): Folded<A> => {
  const { externalPath = '/' } = application;
  return { application, prefix: foldedPath(externalPath) ?? externalPath };
};

const longestFirst = (a: Folded<PublishedAt>, b: Folded<PublishedAt>): number => b.prefix.length - a.prefix.length;

/** True when a lenient backend may read `path` as one of an application that asks for a sign-in, and `found` is another. */
function evades<A extends PublishedAt>(found: A, path: string, lenient: readonly Folded<A>[]): boolean {
  const read = foldedPath(path);
  if (read === undefined) return true;
  const meant = lenient.find(({ prefix }) => covers(prefix, read));
  if (meant === undefined || !isGuarded(meant.application)) return false;
  // Two that differ in spelling alone were published so on purpose: each is what it says.
  return !lenient.some(({ application, prefix }) => application === found && prefix === meant.prefix);
}
