import type { Cancel } from '../host/cancel.ts';
import type { EpochMs, Micros } from '../host/units.ts';

/**
 * The service's view of the token service: one exchange per call, no caching, no retry, no verdict. Live it is
 * openid-client over HTTP, virtual a model; caching, retry and backoff live in proxy/policy and decide for both.
 *
 * malformed: a 2xx answer that makes no sense, or is too long. unreachable: nothing was sent. broken: the connection ended
 * later, so the request may have taken effect.
 */
export type Exchange<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'unreachable'; readonly detail: string }
  | { readonly kind: 'broken'; readonly detail: string }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter: Micros | undefined }
  | { readonly kind: 'malformed'; readonly detail: string };

export interface Metadata {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly keysUri: string;
}

/** Published signing keys; `raw` is what the port needs to verify (JWKS text live). */
export interface KeySet {
  readonly keyIds: readonly string[];
  readonly raw: string;
}

export interface TokenSet {
  readonly idToken: string;
  /** Key that signed the ID token, from its header: not verified yet. */
  readonly keyId: string;
  readonly refreshToken: string | undefined;
  /** Life of the access token as told. */
  readonly expiresIn: Micros;
}

export interface VerifiedIdentity {
  readonly user: string;
  readonly expiresAt: EpochMs;
  readonly nonce: string | undefined;
}

export interface AuthorizationRequest {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  /** PKCE verifier; the port derives the S256 challenge. */
  readonly codeVerifier: string;
  /** none: a silent renewal; login: ask even a user who is remembered; undefined: an ordinary sign-in. */
  readonly prompt: 'none' | 'login' | undefined;
}

export interface IdentityPort {
  metadata(cancel: Cancel): Promise<Exchange<Metadata>>;
  keys(metadata: Metadata, cancel: Cancel): Promise<Exchange<KeySet>>;
  /** The URL to send the user to; pure. */
  authorizationUrl(metadata: Metadata, request: AuthorizationRequest): string;
  redeem(
    metadata: Metadata,
    code: string,
    codeVerifier: string,
    redirectUri: string,
    cancel: Cancel,
  ): Promise<Exchange<TokenSet>>;
  refresh(metadata: Metadata, refreshToken: string, cancel: Cancel): Promise<Exchange<TokenSet>>;
  /** Signature, issuer, audience, times against `now`. Undefined when anything is wrong. */
  verify(metadata: Metadata, tokens: TokenSet, keys: KeySet, now: EpochMs): Promise<VerifiedIdentity | undefined>;
}
