import { createHash } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import { Agent, fetch as undiciFetch } from 'undici';
import type { EpochMs, Micros } from '../../host/units.ts';
import { seconds } from '../../host/units.ts';
import type { IdentityPort, Metadata, TokenSet } from '../../token/identity-port.ts';
import { clockToleranceSeconds } from '../../token/model-keys.ts';
import { httpExchange } from './exchange-fetch.ts';
import { keyIdOf, readKeySet, signingAlgorithms, verifyIdToken } from './verify-token.ts';

export interface LivePortOptions {
  /** Issuer of the token service, an absolute URL; http only for loopback and tests. */
  readonly issuer: string;
  readonly clientId: string;
  /** undefined: a public client (PKCE alone). */
  readonly clientSecret: string | undefined;
  /** Claim of the ID token that names the user: `sub` (default), `preferred_username`, `upn`, … */
  readonly userClaim?: string;
  /** Certificates (PEM) to trust beside the system's; undefined: none. */
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
 * The token service over HTTP, through oauth4webapi and jose. Every call is one exchange: the libraries' own caches, discovery
 * and retries stay off, since `proxy/policy` decides about them for both worlds.
 */
export function liveIdentityPort(options: LivePortOptions): LivePort {
  const wall = options.wall ?? Date.now;
  const agent = options.ca === undefined ? undefined : new Agent({ connect: { ca: options.ca } });
  const http = {
    [oauth.allowInsecureRequests]: options.issuer.startsWith('http:'),
    ...(agent === undefined ? {} : { [oauth.customFetch]: fetchOver(agent) }),
  };
  const client = (): oauth.Client => ({
    client_id: options.clientId,
    [oauth.clockTolerance]: clockToleranceSeconds,
    [oauth.clockSkew]: Math.round((wall() - Date.now()) / 1000),
  });
  const authentication =
    options.clientSecret === undefined ? oauth.None() : oauth.ClientSecretPost(options.clientSecret);
  const tokens = async (metadata: Metadata, answer: Response): Promise<TokenSet> =>
    tokenSet(await oauth.processGenericTokenEndpointResponse(serverOf(metadata), client(), answer));

  return {
    metadata: (cancel) =>
      httpExchange(
        cancel,
        wall,
        (signal) => oauth.discoveryRequest(new URL(options.issuer), { ...http, signal }),
        async (answer) => metadataOf(await oauth.processDiscoveryResponse(new URL(options.issuer), answer)),
      ),
    keys: (metadata, cancel) =>
      httpExchange(
        cancel,
        wall,
        (signal) => getJson(metadata.keysUri, signal, agent),
        async (answer) => readKeySet(await answer.text()),
      ),
    authorizationUrl(metadata, request) {
      const url = new URL(metadata.authorizationEndpoint);
      const { searchParams: query } = url;
      query.set('client_id', options.clientId);
      query.set('response_type', 'code');
      query.set('scope', 'openid');
      query.set('redirect_uri', request.redirectUri);
      query.set('state', request.state);
      query.set('nonce', request.nonce);
      query.set('code_challenge', createHash('sha256').update(request.codeVerifier).digest('base64url'));
      query.set('code_challenge_method', 'S256');
      if (request.prompt !== undefined) query.set('prompt', request.prompt);
      return url.href;
    },
    redeem: (metadata, code, codeVerifier, redirectUri, cancel) =>
      httpExchange(
        cancel,
        wall,
        (signal) => {
          const server = serverOf(metadata);
          // State and issuer of the callback were checked by proxy/policy, which alone knows what was begun.
          const callback = oauth.validateAuthResponse(
            server,
            client(),
            new URLSearchParams({ code }),
            oauth.skipStateCheck,
          );
          const send = { ...http, signal };
          return oauth.authorizationCodeGrantRequest(
            server,
            client(),
            authentication,
            callback,
            redirectUri,
            codeVerifier,
            send,
          );
        },
        (answer) => tokens(metadata, answer),
      ),
    refresh: (metadata, refreshToken, cancel) =>
      httpExchange(
        cancel,
        wall,
        (signal) =>
          oauth.refreshTokenGrantRequest(serverOf(metadata), client(), authentication, refreshToken, {
            ...http,
            signal,
          }),
        (answer) => tokens(metadata, answer),
      ),
    verify: (metadata, set, keys, now: EpochMs) =>
      verifyIdToken(metadata, options.clientId, options.userClaim ?? 'sub', set, keys, now),
    close: async () => agent?.destroy(),
  };
}

function serverOf(metadata: Metadata): oauth.AuthorizationServer {
  return {
    issuer: metadata.issuer,
    authorization_endpoint: metadata.authorizationEndpoint,
    token_endpoint: metadata.tokenEndpoint,
    jwks_uri: metadata.keysUri,
    id_token_signing_alg_values_supported: signingAlgorithms,
  };
}

/** Endpoints must speak the issuer's scheme: an https issuer cannot send codes to http. Throws when one is missing. */
function metadataOf(server: oauth.AuthorizationServer): Metadata {
  const endpoint = (name: string, text: string | undefined): string => {
    if (text === undefined) throw new TypeError(`metadata without ${name}`);
    const url = new URL(text);
    if (url.protocol !== 'https:' && url.protocol !== new URL(server.issuer).protocol) {
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

function tokenSet(answer: oauth.TokenEndpointResponse): TokenSet {
  const idToken = answer.id_token;
  if (idToken === undefined) throw new TypeError('no ID token');
  return {
    idToken,
    keyId: keyIdOf(idToken),
    refreshToken: answer.refresh_token,
    expiresIn: answer.expires_in === undefined ? untoldLife : seconds(answer.expires_in),
  };
}

function getJson(url: string, signal: AbortSignal, agent: Agent | undefined): Promise<Response> {
  const init = { headers: { accept: 'application/json' }, redirect: 'manual' as const, signal };
  return agent === undefined ? fetch(url, init) : fetchOver(agent)(url, init);
}

/** undici's own fetch: Node's built-in one does not take an agent of another undici version. */
function fetchOver(agent: Agent): (url: string, init: object) => Promise<Response> {
  return async (url, init) => (await undiciFetch(url, { ...init, dispatcher: agent })) as unknown as Response;
}
