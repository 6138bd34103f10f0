import type { Crypto } from '../host/host.ts';
import type { EpochMs } from '../host/units.ts';
import { pathOf } from './request-path.ts';
import { cookieNamePart, cookieText } from './session.ts';

/** What a sign-in must remember between leaving for the token service and coming back. */
export interface SignInState {
  /** The OAuth state; ties the cookie to one callback. */
  readonly state: string;
  readonly nonce: string;
  /** PKCE (RFC 7636) verifier, 43 characters. */
  readonly codeVerifier: string;
  readonly redirectUri: string;
  readonly returnTo: string;
  /** Wall clock, exclusive. */
  readonly endsAt: EpochMs;
}

/** Browsers may sign in to an application from several tabs at once; more than this many overwrite each other, so cookies stay few. */
const places = 8;
/**
 * Most characters of an address that a sign-in remembers: sealed, a cookie is then about 1 KiB, so that eight of them leave half
 * of the 16 KiB that a front takes as a head. Beyond, every request of this browser to the host would get 431.
 */
const longestReturn = 512;
const settings = { httpOnly: true, persistent: false, sameSite: 'Lax' } as const;

/**
 * Name of the cookie that ties a sign-in to the browser that began it (no login CSRF) while the service keeps no memory: any
 * instance can complete what another began. Applications of one host have places of their own. No session cookie has such
 * a name: there a dot begins a code that a dot ends.
 */
export function signInCookieName(application: string, state: string): string {
  return `__Host-holdfast-signin.${state.charCodeAt(0) % places}-${cookieNamePart(application)}`;
}

/** Where a sign-in that began at `target` leads back to: there; without the query where that is too long to be remembered, or to `home`. */
export function rememberedPath(target: string, home: string): string {
  if (target.length <= longestReturn) return target;
  const path = pathOf(target);
  return path.length <= longestReturn ? path : home;
}

/** Set-Cookie text that carries the sealed state; lives `maxAgeSeconds`. */
export function sealSignIn(crypto: Crypto, application: string, signIn: SignInState, maxAgeSeconds: number): string {
  const { state, nonce, codeVerifier, endsAt, redirectUri, returnTo } = signIn;
  const text = [state, nonce, codeVerifier, String(endsAt), redirectUri, returnTo].join('\n');
  const sealed = crypto.seal('sign-in', application, text);
  return cookieText(signInCookieName(application, state), sealed, settings, maxAgeSeconds);
}

/**
 * The sign-in in a cookie value; undefined when tampered with, of another application, or over at `wall`. The caller must
 * compare its `state`: the cookie may be of a later sign-in of the same browser.
 */
export function openSignIn(
  crypto: Crypto,
  application: string,
  sealed: string,
  wall: EpochMs,
): SignInState | undefined {
  const parts = crypto.open('sign-in', application, sealed)?.split('\n');
  if (parts?.length !== 6) return undefined;
  const [state, nonce, codeVerifier, ends, redirectUri, returnTo] = parts as SixTexts;
  const endsAt = Number(ends) as EpochMs;
  return wall < endsAt ? { state, nonce, codeVerifier, redirectUri, returnTo, endsAt } : undefined;
}

type SixTexts = [string, string, string, string, string, string];

/** Set-Cookie text that removes the state cookie. */
export function clearSignIn(application: string, state: string): string {
  return cookieText(signInCookieName(application, state), '', settings, 0);
}
