import type { Cancel } from '../../../proxy/host/cancel.ts';
import type { HeaderPairs } from '../../../proxy/host/message.ts';
import type { CookieJar } from '../../workload/cookie-jar.ts';
import type { ServiceAnswer, SignInVisit, UserAgent } from '../../workload/journey.ts';
import type { Exchanged, HttpClient } from './http-client.ts';
import { readForm } from './sign-in-form.ts';

/** Where a user's requests go. */
export interface Places {
  /** `https://host:port` of the link to the instance chosen by the front door for this request. */
  readonly serviceOrigin: () => string;
  /** Published host of the application. */
  readonly externalHost: string;
  /** `https://host:port` under which the token service is known. */
  readonly tokenOrigin: string;
}

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Redirects and pages one sign-in may take. */
const mostSteps = 12;

/** A user's browser over real HTTP: cookies per site, the sign-in page filled in, redirects followed by hand. */
export class LiveAgent implements UserAgent {
  readonly #client: HttpClient;
  readonly #places: Places;
  readonly #credentials: Credentials;
  /** Cookies of the token service; one per visit would lose the single sign-on session, so it lives with the user. */
  readonly #tokenJar: CookieJar;
  readonly #onRefused: () => void;

  /** `onRefused`: the token service took no connection, or broke it before it answered. */
  constructor(
    client: HttpClient,
    places: Places,
    credentials: Credentials,
    tokenJar: CookieJar,
    onRefused: () => void,
  ) {
    this.#onRefused = onRefused;
    this.#client = client;
    this.#places = places;
    this.#credentials = credentials;
    this.#tokenJar = tokenJar;
  }

  toService(
    method: string,
    target: string,
    fields: HeaderPairs,
    bodyBytes: number,
    cancel: Cancel,
    done: (answer: ServiceAnswer) => void,
  ): void {
    const request = {
      origin: this.#places.serviceOrigin(),
      method,
      path: target,
      host: this.#places.externalHost,
      headers: Object.fromEntries(fields),
      body: bodyBytes > 0 ? Buffer.alloc(bodyBytes, 'x') : null,
      keepText: false,
    };
    void this.#client.exchange(request, cancel).then((answer) => done(this.#heard(answer)));
  }

  #heard(answer: Exchanged): ServiceAnswer {
    if (answer.kind !== 'answer') return { kind: answer.kind };
    const { status, headers, proxyCause } = answer;
    // a redirect of the proxy carries no page and so no cause header: it is known by where it leads
    const cause = proxyCause ?? (isSignInRedirect(status, headers, this.#places) ? 'sign-in' : undefined);
    return { kind: 'answer', status, headers, proxyCause: cause };
  }

  async signIn(location: string, cancel: Cancel): Promise<SignInVisit> {
    if (location.startsWith('/')) return { kind: 'back', target: location };
    let url = new URL(location);
    let form: URLSearchParams | undefined;
    for (let step = 0; step < mostSteps; step++) {
      if (url.origin !== this.#places.tokenOrigin) return { kind: 'back', target: url.pathname + url.search };
      const headers: Record<string, string> = Object.fromEntries(this.#tokenJar.fields);
      if (form !== undefined) headers['content-type'] = 'application/x-www-form-urlencoded';
      const answer = await this.#client.exchange(
        {
          origin: url.origin,
          method: form === undefined ? 'GET' : 'POST',
          path: url.pathname + url.search,
          host: url.host,
          headers,
          body: form === undefined ? null : form.toString(),
          keepText: true,
        },
        cancel,
      );
      if (answer.kind !== 'answer') {
        if (answer.kind !== 'silence') this.#onRefused();
        return { kind: answer.kind };
      }
      this.#tokenJar.absorb(answer.headers);
      const next = answer.headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
      form = undefined;
      if (answer.status >= 300 && answer.status < 400 && next !== undefined) {
        url = new URL(next, url);
        continue;
      }
      const page = answer.status === 200 ? readForm(answer.text) : undefined;
      if (page === undefined) return { kind: 'answer', status: answer.status, proxyCause: null };
      form = page.filled(this.#credentials.user, this.#credentials.password);
      url = new URL(page.action, url);
    }
    return { kind: 'answer', status: 508, proxyCause: null };
  }
}

function isSignInRedirect(status: number, headers: HeaderPairs, places: Places): boolean {
  if (status !== 302) return false;
  const location = headers.find(([name]) => name.toLowerCase() === 'location')?.[1] ?? '';
  if (location.startsWith(`${places.tokenOrigin}/`)) return true;
  // the callback's own redirect back to the page: it is the one that sets the session cookie
  return headers.some(([name, value]) => name.toLowerCase() === 'set-cookie' && value.startsWith('__Host-holdfast'));
}
