import { createHash } from 'node:crypto';
import * as client from 'openid-client';
import { Agent, fetch as undiciFetch } from 'undici';
import type { EpochMs, Micros } from '../../host/units.ts';
import { seconds } from '../../host/units.ts';
import type { IdentityPort, Metadata, TokenSet } from '../../token/identity-port.ts';
import { clockToleranceSeconds } from '../../token/model-keys.ts';
import { type Fetch, oneExchange } from './one-exchange.ts';
import { keyIdOf, readKeySet, signingAlgorithms, verifyIdToken } from './verify-token.ts';

export interface LivePortOptions {
  /** Issuer of the token service, an absolute URL; http only for loopback and tests. */
  readonly issuer: string;
  readonly clientId: string;
  /** undefined: a public client (PKCE alone). */
  readonly clientSecret: string | undefined;
  /** Claim of the ID token that names the user: `sub` (default), `preferred_username`, `upn`, … */
  readonly userClaim?: string;
  /** Certificates (PEM) to trust instead of the public authorities; undefined: those. */
  readonly ca: string | undefined;
  /** Epoch milliseconds of this part's wall clock; default Date.now. */
  readonly wall?: () => number;
}

/** The live port and the end of its pooled connections. */
export interface LivePort extends IdentityPort {
  close(): Promise<void>;
}

/** Life assumed when a token endpoint tells none; RFC 6749 4.2.2 makes `expires_in` only recommended. */
const untoldLife: Micros = seconds(3600);

/**
 * The token service over HTTP, through openid-client, and jose for the keys. Every call is one exchange: a Configuration is made
 * for each, so no cache of the library lives on, and its fetch goes out once (`one-exchange.ts`); `proxy/policy` decides the rest
 * for both worlds. Throws a TypeError when `issuer` is no absolute URL or `clientSecret` is empty.
 */
export function liveIdentityPort(options: LivePortOptions): LivePort {
  const { clientId, clientSecret } = options;
  const wall = options.wall ?? Date.now;
  const issuer = new URL(options.issuer);
  const agent = options.ca === undefined ? undefined : new Agent({ connect: { ca: options.ca } });
  const send = agent === undefined ? builtInFetch : fetchOver(agent);
  const authentication = clientSecret === undefined ? client.None() : client.ClientSecretPost(clientSecret);
  // The library's own checks of times read Date.now; whole seconds from it to this part's clock.
  const clocks = (): Partial<client.ClientMetadata> => ({
    [client.clockSkew]: Math.round((wall() - Date.now()) / 1000),
    [client.clockTolerance]: clockToleranceSeconds,
  });
  const execute = issuer.protocol === 'http:' ? [client.allowInsecureRequests] : [];

  /** What the library needs for one call. */
  const configuration = (metadata: Metadata, fetch?: client.CustomFetch): client.Configuration => {
    const config = new client.Configuration(serverOf(metadata), clientId, clocks(), authentication);
    for (const extend of execute) extend(config);
    // How long is waited is the caller's `cancel` alone.
    config.timeout = undefined;
    if (fetch !== undefined) config[client.customFetch] = fetch;
    return config;
  };

  return {
    metadata: (cancel) =>
      oneExchange(cancel, wall, send, async (fetch) => {
        const once = { [client.customFetch]: fetch, execute };
        const config = await client.discovery(issuer, clientId, clocks(), authentication, once);
        return metadataOf(config.serverMetadata(), issuer);
      }),
    keys: (metadata, cancel) =>
      oneExchange(cancel, wall, send, async (fetch) => {
        const answer = await fetch(metadata.keysUri, {
          method: 'GET',
          headers: { accept: 'application/json' },
          body: undefined,
          redirect: 'manual',
        });
        return readKeySet(await answer.text());
      }),
    authorizationUrl(metadata, request) {
      const { redirectUri, state, nonce, codeVerifier, prompt } = request;
      return client.buildAuthorizationUrl(configuration(metadata), {
        scope: 'openid',
        redirect_uri: redirectUri,
        state,
        nonce,
        // Not the library's own, which is asynchronous.
        code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
        code_challenge_method: 'S256',
        ...(prompt === undefined ? {} : { prompt }),
      }).href;
    },
    // authorizationCodeGrant wants the nonce and the state: those are checked by proxy/policy, which alone knows what was begun.
    redeem: (metadata, code, codeVerifier, redirectUri, cancel) =>
      oneExchange(cancel, wall, send, async (fetch) => {
        const sent = { code, code_verifier: codeVerifier, redirect_uri: redirectUri };
        return tokenSet(await client.genericGrantRequest(configuration(metadata, fetch), 'authorization_code', sent));
      }),
    refresh: (metadata, refreshToken, cancel) =>
      oneExchange(cancel, wall, send, async (fetch) =>
        tokenSet(await client.refreshTokenGrant(configuration(metadata, fetch), refreshToken)),
      ),
    verify: (metadata, set, keys, now: EpochMs) =>
      verifyIdToken(metadata, clientId, options.userClaim ?? 'sub', set, keys, now),
    close: async () => agent?.destroy(),
  };
}

function serverOf(metadata: Metadata): client.ServerMetadata {
  return {
    issuer: metadata.issuer,
    authorization_endpoint: metadata.authorizationEndpoint,
    token_endpoint: metadata.tokenEndpoint,
    jwks_uri: metadata.keysUri,
    id_token_signing_alg_values_supported: signingAlgorithms,
  };
}

/**
 * Endpoints must speak the issuer's scheme: an https issuer cannot send codes to http. Throws when one is missing, and for another
 * issuer than was asked: the library lets some of Microsoft's through whose tokens would then not verify.
 */
function metadataOf(server: client.ServerMetadata, asked: URL): Metadata {
  if (new URL(server.issuer).href !== asked.href) throw new TypeError(`metadata of ${server.issuer}`);
  const endpoint = (name: string, text: string | undefined): string => {
    if (text === undefined) throw new TypeError(`metadata without ${name}`);
    const url = new URL(text);
    if (url.protocol !== 'https:' && url.protocol !== asked.protocol) {
      throw new TypeError(`${name} is not secure: ${url.protocol}`);
    }
    return text;
  };
  return {
    issuer: server.issuer,
    authorizationEndpoint: endpoint('authorization_endpoint', server.authorization_endpoint),
    tokenEndpoint: endpoint('token_endpoint', server.token_endpoint),
    keysUri: endpoint('jwks_uri', server.jwks_uri),
  };
}

function tokenSet(answer: client.TokenEndpointResponse): TokenSet {
  const idToken = answer.id_token;
  if (idToken === undefined) throw new TypeError('no ID token');
  return {
    idToken,
    keyId: keyIdOf(idToken),
    refreshToken: answer.refresh_token,
    expiresIn: answer.expires_in === undefined ? untoldLife : seconds(answer.expires_in),
  };
}

/** Looked up at each call, as the library would. */
const builtInFetch: Fetch = (url, init) => fetch(url, init);

/** undici's own fetch: Node's built-in one does not take an agent of another undici version. */
function fetchOver(agent: Agent): Fetch {
  return async (url, init) => (await undiciFetch(url, { ...init, dispatcher: agent })) as unknown as Response;
}
