import type { Host } from '../host/host.ts';
import type { HeaderPairs } from '../host/message.ts';
import type { EpochMs, Micros } from '../host/units.ts';
import { toMs } from '../host/units.ts';
import type { IdentityPort, Metadata, TokenSet, VerifiedIdentity } from '../token/identity-port.ts';
import { findCookie, severalCookies } from './cookies.ts';
import { IdentityExchange } from './identity-exchange.ts';
import type { IdentityOptions } from './identity-options.ts';
import { identityDefaults } from './identity-options.ts';
import { IdentitySources } from './identity-sources.ts';
import { safeReturnPath } from './request-path.ts';
import type { SignInState } from './sign-in-state.ts';
import { clearSignIn, openSignIn, sealSignIn, signInCookieName } from './sign-in-state.ts';

/** Nobody can be signed in now. `retryAfter`: what the token service told or how long calls pause. */
export interface SignInUnavailable {
  readonly kind: 'unavailable';
  readonly detail: string;
  readonly retryAfter: Micros | undefined;
}

/** Where to send the user, with the Set-Cookie text that must go along. */
export interface SignInRedirect {
  readonly kind: 'redirect';
  readonly url: string;
  readonly stateCookie: string;
}

/** The user is known. `returnTo` is a path of the same application; `clearCookie` is Set-Cookie text that ends the sign-in. */
export interface SignedIn {
  readonly kind: 'session';
  readonly user: string;
  /** End of the session made from this sign-in: the life of the access token as told. */
  readonly expiresAt: EpochMs;
  readonly returnTo: string;
  readonly clearCookie: string;
}

/**
 * The browser began another sign-in of the same application meanwhile, whose cookie took this one's place (tabs that find
 * their session over at the same moment). No fault of the user's: sign in anew. Cookies evidently hold, so it cannot go
 * round for ever.
 */
export interface SignInOvertaken {
  readonly kind: 'overtaken';
  readonly detail: string;
}

export type SignInEnd =
  | SignedIn
  | { readonly kind: 'failed'; readonly detail: string }
  | SignInUnavailable
  | SignInOvertaken;

/**
 * Signs users in with the token service: OpenID Connect code flow with PKCE, state and nonce. The service keeps nothing in
 * memory between the two steps, so any instance completes what another began.
 */
export class IdentityClient {
  readonly #host: Host;
  readonly #port: IdentityPort;
  readonly #options: IdentityOptions;
  readonly #exchange: IdentityExchange;
  readonly #sources: IdentitySources;

  constructor(host: Host, port: IdentityPort, options: Partial<IdentityOptions> = {}) {
    this.#host = host;
    this.#port = port;
    this.#options = { ...identityDefaults, ...options };
    this.#exchange = new IdentityExchange(host, this.#options);
    this.#sources = new IdentitySources(host, port, this.#exchange, this.#options);
  }

  /** `returnTo`: the path the user asked for; anything but a path of the same application becomes `/`. `ask`: see the page even when remembered. */
  async beginSignIn(
    application: string,
    returnTo: string,
    redirectUri: string,
    ask = false,
  ): Promise<SignInRedirect | SignInUnavailable> {
    let metadata = this.#sources.metadataNow();
    if (metadata === undefined) {
      const found = await this.#sources.metadata();
      if (found.kind !== 'ok') return unavailable(found);
      metadata = found.value;
    }
    const { crypto, clock } = this.#host;
    const state = crypto.randomId(16);
    const signIn: SignInState = {
      state,
      nonce: crypto.randomId(16),
      codeVerifier: crypto.randomId(32),
      redirectUri,
      returnTo: safeReturnPath(returnTo),
      endsAt: (clock.wall() + toMs(this.#options.signInWithin)) as EpochMs,
    };
    const { nonce, codeVerifier } = signIn;
    const request = { redirectUri, state, nonce, codeVerifier, prompt: ask ? ('login' as const) : undefined };
    const url = this.#port.authorizationUrl(metadata, request);
    const seconds = Math.ceil(this.#options.signInWithin / 1_000_000);
    return { kind: 'redirect', url, stateCookie: sealSignIn(crypto, application, signIn, seconds) };
  }

  /** `query`: of the callback, with or without `?`. `headers`: of the same request, for the state cookie. */
  async completeSignIn(application: string, query: string, headers: HeaderPairs): Promise<SignInEnd> {
    const answer = readCallback(query);
    if (answer === undefined) return failed('callback: no state, or a parameter given twice');
    const cookie = findCookie(headers, signInCookieName(application, answer.state));
    if (cookie === severalCookies) return failed('state: more than one cookie');
    if (cookie === undefined) return failed('state: this browser began no such sign-in');
    const { crypto, clock } = this.#host;
    const signIn = openSignIn(crypto, application, cookie, clock.wall());
    if (signIn === undefined) return failed('state: wrong or too old');
    if (signIn.state !== answer.state) return overtaken;
    if (answer.error !== undefined) return refusedByTokenService(answer.error);
    if (answer.code === undefined) return failed('callback: no code');
    const metadata = await this.#sources.metadata();
    if (metadata.kind !== 'ok') return unavailable(metadata);
    if (answer.issuer !== undefined && answer.issuer !== metadata.value.issuer) return failed('callback: other issuer');
    return this.#redeem(application, metadata.value, answer.code, signIn);
  }

  async #redeem(application: string, metadata: Metadata, code: string, signIn: SignInState): Promise<SignInEnd> {
    const redeemed = await this.#exchange.run('redeem', this.#options.patience, false, (cancel) =>
      this.#port.redeem(metadata, code, signIn.codeVerifier, signIn.redirectUri, cancel),
    );
    if (redeemed.kind === 'rejected') return failed(redeemed.detail);
    if (redeemed.kind !== 'ok') return unavailable(redeemed);
    const identity = await this.#verified(metadata, redeemed.value);
    if ('kind' in identity) return identity;
    if (identity.nonce !== signIn.nonce) return failed('token: nonce of another sign-in');
    const expiresAt = (this.#host.clock.wall() + Math.floor(toMs(redeemed.value.expiresIn))) as EpochMs;
    const { returnTo, state } = signIn;
    return { kind: 'session', user: identity.user, expiresAt, returnTo, clearCookie: clearSignIn(application, state) };
  }

  /** Checks against the keys at hand, then once more against fresh ones: a rollover may keep the key id. */
  async #verified(
    metadata: Metadata,
    tokens: TokenSet,
  ): Promise<VerifiedIdentity | Exclude<SignInEnd, SignedIn | SignInOvertaken>> {
    const { clock } = this.#host;
    const keys = await this.#sources.keysFor(metadata, tokens.keyId);
    if (keys.kind !== 'ok') return unavailable(keys);
    const identity = await this.#port.verify(metadata, tokens, keys.value, clock.wall());
    if (identity !== undefined) return identity;
    const fresh = await this.#sources.refetchedKeys(metadata);
    // The signature may be of a newer key under the same id: nobody was proven wrong.
    if (fresh !== undefined && fresh.kind !== 'ok') return unavailable(fresh);
    if (fresh !== undefined && fresh.value.raw !== keys.value.raw) {
      const second = await this.#port.verify(metadata, tokens, fresh.value, clock.wall());
      if (second !== undefined) return second;
    }
    const known = keys.value.keyIds.includes(tokens.keyId);
    return failed(known ? 'token: does not verify' : 'token: signed with an unknown key');
  }
}

const overtaken: SignInOvertaken = { kind: 'overtaken', detail: 'state: of a later sign-in of this browser' };

interface Callback {
  readonly state: string;
  readonly code: string | undefined;
  readonly error: string | undefined;
  readonly issuer: string | undefined;
}

/** undefined: no state, or one of the parameters more than once. */
function readCallback(query: string): Callback | undefined {
  const parameters = new URLSearchParams(query);
  const one = (name: string): string | undefined => parameters.get(name) ?? undefined;
  const state = one('state');
  const twice = ['state', 'code', 'error', 'iss'].some((name) => parameters.getAll(name).length > 1);
  if (twice || state === undefined || state === '') return undefined;
  return { state, code: one('code'), error: one('error'), issuer: one('iss') };
}

function failed(detail: string): { readonly kind: 'failed'; readonly detail: string } {
  return { kind: 'failed', detail };
}

/** The two codes of RFC 6749 4.1.2.1 that tell of trouble at the token service rather than of a no. */
function refusedByTokenService(error: string): SignInEnd {
  const detail = `token service: ${/^[\w.-]{1,64}$/.test(error) ? error : 'unreadable error'}`;
  if (error !== 'temporarily_unavailable' && error !== 'server_error') return failed(detail);
  return { kind: 'unavailable', detail, retryAfter: undefined };
}

/** A rejected metadata or key request is no verdict about the user: the token service is not usable. */
function unavailable(result: { readonly detail: string; readonly retryAfter?: Micros | undefined }): SignInUnavailable {
  return { kind: 'unavailable', detail: result.detail, retryAfter: result.retryAfter };
}
