import type { Host } from '../host/host.ts';
import type { ProxyCause, RequestMessage, ResponseMessage } from '../host/message.ts';
import { type Micros, toSeconds } from '../host/units.ts';
import { findCookie, onlyCookieField, severalCookies } from '../policy/cookies.ts';
import type { IdentityClient } from '../policy/identity-client.ts';
import { redirectUri } from '../policy/own-paths.ts';
import { pathOf, safeReturnPath } from '../policy/request-path.ts';
import { Revocations } from '../policy/revocations.ts';
import { fromPage, signInNeeded } from '../policy/script-request.ts';
import {
  type CookieSettings,
  documentedCookie,
  newSession,
  type Session,
  sealSession,
  sessionCookieName,
  sessionCookieText,
  signedOutCookieText,
  signedOutMark,
} from '../policy/session.ts';
import { SessionCache } from '../policy/session-cache.ts';
import { rememberedPath } from '../policy/sign-in-state.ts';
import { meansSignOut, signOutPage } from '../policy/sign-out.ts';
import type { ServiceConfig } from './config.ts';
import type { Published } from './published.ts';

/** Who may pass: the signed-in user, or the answer to give instead. */
export type Admission =
  | { readonly kind: 'user'; readonly user: string }
  | { readonly kind: 'answer'; readonly response: ResponseMessage }
  | { readonly kind: 'refuse'; readonly cause: ProxyCause; readonly retryAfterSeconds?: number };

/**
 * Pre-authentication at the edge. With a valid session cookie the token service is not on the path at all; without one
 * the user is sent there and comes back with a code. All state travels sealed in cookies, so any instance can go on.
 */
export class Access {
  readonly #host: Host;
  readonly #identity: IdentityClient;
  readonly #sessions: SessionCache;
  readonly #revoked: Revocations;
  readonly #cookie: CookieSettings;
  readonly #cookieNames = new Map<string, string>();
  signIns = 0;

  constructor(host: Host, config: ServiceConfig, identity: IdentityClient) {
    this.#host = host;
    this.#identity = identity;
    this.#sessions = new SessionCache(host.crypto);
    this.#revoked = new Revocations(host.store);
    this.#cookie = { ...documentedCookie, sameSite: config.identity.sameSite };
    for (const { id } of config.applications) this.#cookieNames.set(id, sessionCookieName(id));
  }

  /** Synchronous for the usual request: one map look-up by the Cookie field. */
  admit(application: Published, request: RequestMessage): Admission | Promise<Admission> {
    const path = pathOf(request.target);
    if (path === application.ownPaths.callback) return this.#complete(application, request);
    const wall = this.#host.clock.wall();
    const field = onlyCookieField(request.headers);
    let signedOut = false;
    let session = field === undefined ? undefined : this.#sessions.readField(application.id, field, wall);
    if (session === undefined) {
      const cookie = findCookie(request.headers, this.#cookieNames.get(application.id) ?? '');
      if (cookie === severalCookies) return { kind: 'refuse', cause: 'bad-request' };
      signedOut = cookie === signedOutMark;
      session = cookie === undefined || signedOut ? undefined : this.#sessions.read(application.id, cookie, wall);
      if (session !== undefined && field !== undefined) this.#sessions.rememberField(application.id, field, session);
    }
    if (path === application.ownPaths.signOut) return this.#signOut(application, request, session);
    if (session !== undefined && (this.#revoked.empty || !this.#revoked.isRevoked(session))) {
      return { kind: 'user', user: session.user };
    }
    if (fromPage(request.headers)) return { kind: 'answer', response: signInNeeded() };
    const back = request.method === 'GET' || request.method === 'HEAD' ? request.target : application.externalPath;
    return this.#begin(application, request.host, back, signedOut || session !== undefined);
  }

  /** `ask`: even a user whom the token service remembers; so that a sign-out is one. */
  async #begin(application: Published, host: string, back: string, ask: boolean): Promise<Admission> {
    const { id, externalPath } = application;
    const returnTo = rememberedPath(safeReturnPath(back, externalPath), externalPath);
    const begun = await this.#identity.beginSignIn(id, returnTo, redirectUri(host, externalPath), ask);
    if (begun.kind === 'unavailable') return unavailable(begun.retryAfter);
    return redirect(begun.url, begun.stateCookie);
  }

  async #complete(application: Published, request: RequestMessage): Promise<Admission> {
    const query = request.target.slice(application.ownPaths.callback.length);
    const done = await this.#identity.completeSignIn(application.id, query, request.headers);
    if (done.kind === 'unavailable') return unavailable(done.retryAfter);
    // Another tab's sign-in took the state, or ended it: whoever has its session by now needs no second one.
    if (done.kind !== 'session' && this.#hasSession(application, request)) return redirect(application.externalPath);
    if (done.kind === 'overtaken') return this.#begin(application, request.host, application.externalPath, false);
    if (done.kind === 'failed') {
      this.#host.log.event('warn', 'sign-in.failed', { application: application.id, detail: done.detail });
      return { kind: 'refuse', cause: 'sign-in-failed' };
    }
    this.signIns += 1;
    const session = newSession(this.#host.crypto, done.user, done.expiresAt);
    const sealed = sealSession(this.#host.crypto, application.id, session);
    const setCookie = sessionCookieText(application.id, sealed, session, this.#cookie, this.#host.clock.wall());
    return redirect(done.returnTo, setCookie, done.clearCookie);
  }

  #hasSession(application: Published, request: RequestMessage): boolean {
    const cookie = findCookie(request.headers, this.#cookieNames.get(application.id) ?? '');
    if (cookie === undefined || cookie === severalCookies || cookie === signedOutMark) return false;
    const session = this.#sessions.read(application.id, cookie, this.#host.clock.wall());
    return session !== undefined && !this.#revoked.isRevoked(session);
  }

  #signOut(application: Published, request: RequestMessage, session: Session | undefined): Admission {
    if (!meansSignOut(request)) return { kind: 'answer', response: signOutPage(request.method) };
    if (session !== undefined) this.#revoked.revoke(session, this.#host.clock.wall());
    return redirect(application.externalPath, signedOutCookieText(application.id, this.#cookie));
  }
}

function unavailable(retryAfter: Micros | undefined): Admission {
  const cause = 'token-service-unavailable';
  if (retryAfter === undefined) return { kind: 'refuse', cause };
  return { kind: 'refuse', cause, retryAfterSeconds: Math.ceil(toSeconds(retryAfter)) };
}

function redirect(location: string, ...setCookies: readonly string[]): Admission {
  const headers: Array<readonly [string, string]> = [
    ['location', location],
    ['cache-control', 'no-store'],
  ];
  for (const text of setCookies) if (text !== '') headers.push(['set-cookie', text]);
  return { kind: 'answer', response: { status: 302, headers, body: undefined, proxyCause: 'sign-in' } };
}
