import type { Crypto } from '../host/host.ts';
import type { EpochMs } from '../host/units.ts';
import { cookieText } from './session.ts';

/** What a sign-in must remember between leaving for the token service and coming back. */
export interface SignInState {
  readonly nonce: string;
  /** PKCE (RFC 7636) verifier, 43 characters. */
  readonly codeVerifier: string;
  readonly redirectUri: string;
  readonly returnTo: string;
  /** Wall clock, exclusive. */
  readonly endsAt: EpochMs;
}

/** Browsers may sign in from several tabs at once; more than this many overwrite each other, so cookies stay few. */
const places = 8;
const settings = { httpOnly: true, persistent: false, sameSite: 'Lax' } as const;

/**
 * Name of the cookie that ties a sign-in to the browser that began it (no login CSRF) while the service keeps no memory: any
 * instance can complete what another began.
 */
export function signInCookieName(state: string): string {
  return `__Host-holdfast-signin.${state.charCodeAt(0) % places}`;
}

/** Set-Cookie text that carries the sealed state; lives `maxAgeSeconds`. */
export function sealSignIn(
  crypto: Crypto,
  application: string,
  state: string,
  signIn: SignInState,
  maxAgeSeconds: number,
): string {
  const { nonce, codeVerifier, endsAt, redirectUri, returnTo } = signIn;
  const text = [nonce, codeVerifier, String(endsAt), redirectUri, returnTo].join('\n');
  const sealed = crypto.seal('sign-in', `${application}\n${state}`, text);
  return cookieText(signInCookieName(state), sealed, settings, maxAgeSeconds);
}

/** The state in a cookie value; undefined when tampered with, of another sign-in or application, or over at `wall`. */
export function openSignIn(
  crypto: Crypto,
  application: string,
  state: string,
  sealed: string,
  wall: EpochMs,
): SignInState | undefined {
  const parts = crypto.open('sign-in', `${application}\n${state}`, sealed)?.split('\n');
  if (parts?.length !== 5) return undefined;
  const [nonce, codeVerifier, ends, redirectUri, returnTo] = parts as [string, string, string, string, string];
  const endsAt = Number(ends) as EpochMs;
  return wall < endsAt ? { nonce, codeVerifier, redirectUri, returnTo, endsAt } : undefined;
}

/** Set-Cookie text that removes the state cookie. */
export function clearSignIn(state: string): string {
  return cookieText(signInCookieName(state), '', settings, 0);
}
