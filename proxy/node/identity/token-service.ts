import { randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Provider } from 'oidc-provider';
import { seededRandom } from '../../host/random.ts';
import { ms } from '../../host/units.ts';
import type { Fate, FaultHandle, TokenFault } from '../../token/faults.ts';
import { TokenFaults } from '../../token/faults.ts';
import { listenOn } from '../listen-on.ts';
import type { OidcParts } from './oidc.ts';
import { oidcProvider } from './oidc.ts';
import { ServerEnd } from './server-end.ts';
import { SignInPage } from './sign-in-page.ts';
import type { SigningKeys } from './signing-keys.ts';
import { loadSigningKeys, newSigningKey, publicKeys } from './signing-keys.ts';
import type { TokenServiceConfig } from './token-config.ts';
import { TokenStore } from './token-store.ts';

/** A running token service. */
export interface TokenService {
  /** Address users and the service reach it at. */
  readonly issuer: string;
  readonly port: number;
  /** Puts a fault in force until it is healed. Outages and freezes are made outside, on links and processes. */
  fault(fault: TokenFault): FaultHandle;
  /** From now on a new key signs. `keepOld`: the last one stays published. */
  rollKeys(keepOld: boolean): Promise<void>;
  /** Exchanges so far, as the virtual model counts them: one per metadata, keys, token and authorization request. */
  exchanges(): number;
  /** Takes no more, and answers what runs: a code is worth one exchange. At most five seconds. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts the live token service.
 * @throws HoldfastError ERR_PORT_IN_USE, ERR_LISTEN, ERR_KEYS_FILE
 */
export async function startTokenService(config: TokenServiceConfig): Promise<TokenService> {
  const keys = await loadSigningKeys(config.keysFile);
  let handler: RequestListener = (_request, response) => response.writeHead(503).end();
  const listener: RequestListener = (request, response) => handler(request, response);
  const server: Server =
    config.tls === undefined ? createServer(listener) : (createTlsServer({ ...config.tls }, listener) as Server);
  const end = new ServerEnd(server);
  await listenOn(server, config.host, config.port);
  const { port } = server.address() as AddressInfo;
  const scheme = config.tls === undefined ? 'http' : 'https';
  const front = new TokenFront(config, config.issuer ?? `${scheme}://${config.host}:${port}`, keys);
  handler = (request, response) => void front.serve(request, response);
  return {
    issuer: front.issuer,
    port,
    fault: (fault) => front.faults.begin(fault),
    rollKeys: (keepOld) => front.rollKeys(keepOld),
    exchanges: () => front.exchanges,
    drain: () => end.drain(),
    close: () => end.close(),
  };
}

/** Faults first, then the sign-in page or oidc-provider. */
class TokenFront {
  readonly issuer: string;
  readonly faults: TokenFaults;
  exchanges = 0;
  readonly #config: TokenServiceConfig;
  readonly #parts: OidcParts;
  readonly #page: SignInPage;
  #keys: SigningKeys;
  #provider: Provider;

  constructor(config: TokenServiceConfig, issuer: string, keys: SigningKeys) {
    this.#config = config;
    this.issuer = issuer;
    const random = seededRandom(config.seed);
    this.faults = new TokenFaults(random.fork('token-faults'), () => {});
    const cookieKey = randomBytes(24).toString('base64url');
    this.#parts = { config, issuer, store: new TokenStore(), random: random.fork('token-lives'), cookieKey };
    this.#page = new SignInPage(config);
    this.#keys = keys;
    this.#provider = oidcProvider(this.#parts, keys);
  }

  async rollKeys(keepOld: boolean): Promise<void> {
    const old = keepOld ? this.#keys.keys.slice(0, 1) : [];
    this.#keys = { keys: [await newSigningKey(), ...old] };
    this.#provider = oidcProvider(this.#parts, this.#keys);
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const path = new URL(request.url ?? '/', 'http://x').pathname;
      if (path.startsWith('/interaction/')) return await this.#page.serve(this.#provider, request, response);
      if (!isExchange(path)) return await this.#provider.callback()(request, response);
      this.exchanges++;
      const fate = this.faults.fate(ms(this.#config.exchangeTimeMs));
      if (fate.work > 0) await sleep(fate.work / 1000);
      if (response.destroyed) return;
      if (await this.#spoiled(path, fate, response)) return;
      await this.#provider.callback()(request, response);
    } catch {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    }
  }

  /** True when a fault answered instead. */
  async #spoiled(path: string, fate: Fate, response: ServerResponse): Promise<boolean> {
    if (fate.status !== undefined) {
      if (fate.retryAfter !== undefined) response.setHeader('retry-after', Math.ceil(fate.retryAfter / 1_000_000));
      response.writeHead(fate.status, { 'content-type': 'text/plain' }).end('fault\n');
      return true;
    }
    if (fate.malformed) {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"issuer":"https://');
      return true;
    }
    if (!fate.wrongKeys || path !== '/jwks') return false;
    const text = JSON.stringify(await publicKeys(this.#keys, true));
    response.writeHead(200, { 'content-type': 'application/jwk-set+json' }).end(text);
    return true;
  }
}

/** What the virtual model counts as an exchange: pages and the way back from them belong to the authorization before. */
function isExchange(path: string): boolean {
  return path === '/auth' || path === '/token' || path === '/jwks' || path.startsWith('/.well-known/');
}
