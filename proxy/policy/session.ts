import type { Crypto } from '../host/host.ts';
import type { EpochMs } from '../host/units.ts';

/** A signed-in user at one application; lives in the sealed cookie, not in the service. */
export interface Session {
  /** UPN as the token service gave it. */
  readonly user: string;
  /** Wall clock, exclusive: at this very millisecond it has ended. */
  readonly expiresAt: EpochMs;
  /** Unguessable; what a sign-out revokes. */
  readonly id: string;
}

/** Every cookie of ours begins with this, in lower case; none of them reaches an application. */
export const cookiePrefix = '__host-holdfast';
const cookieBase = '__Host-holdfast';
/** Name of the sealing key in Host crypto; all instances of a service share it. */
const keyName = 'session';

/** The session cookie of one application. `__Host-` makes browsers refuse it with a Domain, from a sibling host or without TLS. */
export function sessionCookieName(application: string): string {
  return `${cookieBase}-${cookieNamePart(application)}`;
}

/** An application's id inside a cookie's name: characters that a name cannot carry are written as their code between dots. */
export function cookieNamePart(application: string): string {
  return application.replace(/[^A-Za-z0-9-]/g, (c) => `.${c.charCodeAt(0).toString(16)}.`);
}

/** A new session for `user`. */
export function newSession(crypto: Crypto, user: string, expiresAt: EpochMs): Session {
  return { user, expiresAt, id: crypto.randomId(16) };
}

/** The cookie's value: encrypted and bound to the application, so that it is worth nothing at another. */
export function sealSession(crypto: Crypto, application: string, session: Session): string {
  return crypto.seal(keyName, application, `1 ${session.expiresAt} ${session.id} ${session.user}`);
}

/** The session in a cookie value; undefined when tampered with, made for another application, or over at `wall`. */
export function openSession(crypto: Crypto, application: string, sealed: string, wall: EpochMs): Session | undefined {
  const text = crypto.open(keyName, application, sealed);
  if (text === undefined) return undefined;
  // Found by hand: a regular expression takes twice as long, and a restarted instance opens every cookie once.
  const first = text.indexOf(' ', 2);
  const second = text.indexOf(' ', first + 1);
  if (!text.startsWith('1 ') || first < 0 || second < 0) return undefined;
  const expiresAt = Number(text.slice(2, first)) as EpochMs;
  if (!(wall < expiresAt)) return undefined;
  return { user: text.slice(second + 1), expiresAt, id: text.slice(first + 1, second) };
}

/** Settings of a published application that shape its session cookie; the documented defaults are in `documentedCookie`. */
export interface CookieSettings {
  readonly httpOnly: boolean;
  /** Survives closing the browser, until the session ends. */
  readonly persistent: boolean;
  readonly sameSite: 'None' | 'Lax' | 'Strict';
}

/** SameSite=None is documented; HttpOnly is off in the documented default but recommended there: ours is on. */
export const documentedCookie: CookieSettings = { httpOnly: true, persistent: false, sameSite: 'None' };

/** Set-Cookie text of a new session. `wall` is only read for a persistent cookie's Max-Age. */
export function sessionCookieText(
  application: string,
  sealed: string,
  session: Session,
  settings: CookieSettings,
  wall: EpochMs,
): string {
  const age = Math.max(0, Math.floor((session.expiresAt - wall) / 1000));
  return cookieText(sessionCookieName(application), sealed, settings, settings.persistent ? age : undefined);
}

/** In the session cookie's place after a sign-out, until the browser closes: the next sign-in asks, whoever the token service remembers. */
export const signedOutMark = 'signed-out';

/** Set-Cookie text that ends the session in the browser. */
export function signedOutCookieText(application: string, settings: CookieSettings): string {
  return cookieText(sessionCookieName(application), signedOutMark, settings, undefined);
}

/** One Set-Cookie text with the attributes `__Host-` demands. `maxAge` in whole seconds; undefined: until the browser closes. */
export function cookieText(name: string, value: string, settings: CookieSettings, maxAge: number | undefined): string {
  const life = maxAge === undefined ? '' : `; Max-Age=${maxAge}`;
  return `${name}=${value}; Path=/; Secure${settings.httpOnly ? '; HttpOnly' : ''}; SameSite=${settings.sameSite}${life}`;
}
