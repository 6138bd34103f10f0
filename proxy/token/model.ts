import type { Cancel } from '../host/cancel.ts';
import { CancelSource } from '../host/cancel.ts';
import type { Clock } from '../host/clock.ts';
import type { Crypto } from '../host/host.ts';
import type { Random } from '../host/random.ts';
import type { Micros } from '../host/units.ts';
import { hours, micros, minutes, ms } from '../host/units.ts';
import { type ExchangeSize, exchangeSizes } from './exchange-sizes.ts';
import type { Fate, FaultHandle, TokenFault } from './faults.ts';
import { TokenFaults } from './faults.ts';
import type { Exchange, IdentityPort, TokenSet } from './identity-port.ts';
import { CodeBook } from './model-codes.ts';
import { ModelKeys } from './model-keys.ts';
import { modelPort } from './model-port.ts';

export interface TokenModelOptions {
  readonly issuer: string;
  readonly clientId: string;
  /** Callback addresses it knows, exactly; undefined: it takes any. */
  readonly redirectUris: readonly string[] | undefined;
  /** Life of an access token, uniform in [from, to] (documented: 60 to 90 minutes). */
  readonly sessionLife: { readonly from: Micros; readonly to: Micros };
  /** Its own work per exchange. */
  readonly exchangeTime: Micros;
  readonly codeLife: Micros;
  readonly idTokenLife: Micros;
}

const tokenModelDefaults: TokenModelOptions = {
  issuer: 'https://login.token.test',
  clientId: 'holdfast',
  redirectUris: undefined,
  sessionLife: { from: minutes(60), to: minutes(90) },
  exchangeTime: ms(20),
  codeLife: minutes(1),
  idTokenLife: hours(1),
};

/** The way to the token service, as the world sees it. Asked when a request leaves and when its answer would arrive. */
export interface TokenHop {
  /** Network time of one exchange of this size, both ways. */
  roundTrip(size: ExchangeSize): Micros;
  /** silence: what is sent waits until it ends. reset: the connection is cut. */
  state(): 'open' | 'silence' | 'reset';
  /** Resolves when the silence ends, or `cancel` trips. */
  opened(cancel: Cancel): Promise<void>;
}

const directHop: TokenHop = {
  roundTrip: () => 0 as Micros,
  state: () => 'open',
  opened: () => Promise.resolve(),
};

/** What became of a user at the authorization endpoint. */
export type Authorized =
  | { readonly kind: 'callback'; readonly url: string }
  | { readonly kind: 'failed'; readonly detail: string; readonly status: number | undefined };

/**
 * The token service in virtual time: the real one's lifetimes, keys, one-use codes, PKCE and failures; an exchange costs one
 * event. It signs with the given crypto, so what it issues cannot be forged by a part that does not hold it.
 */
export class TokenServiceModel {
  readonly options: TokenModelOptions;
  readonly keys: ModelKeys;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #crypto: Crypto;
  readonly #faults: TokenFaults;
  readonly #codes: CodeBook;
  /** Exchanges under way that an outage cuts. */
  readonly #underWay = new Set<CancelSource>();
  #thaw = new CancelSource();
  /** Exchanges that arrived so far, the user's included. */
  exchanges = 0;

  constructor(clock: Clock, random: Random, crypto: Crypto, options: Partial<TokenModelOptions> = {}) {
    this.options = { ...tokenModelDefaults, ...options };
    this.#clock = clock;
    this.#random = random.fork('token-lives');
    this.#crypto = crypto;
    this.#codes = new CodeBook(this.options.codeLife);
    this.keys = new ModelKeys(crypto);
    this.#faults = new TokenFaults(random.fork('token-faults'), (fault) => this.#changed(fault));
  }

  /** The token service as a service instance sees it over `hop`. */
  port(hop: TokenHop = directHop): IdentityPort {
    return modelPort(this, hop, this.#crypto);
  }

  /** Puts a fault in force until it is healed. */
  fault(fault: TokenFault): FaultHandle {
    return this.#faults.begin(fault);
  }

  /** The process died and came back: codes not yet redeemed are gone, keys stay. */
  restarted(): void {
    this.#codes.clear();
  }

  /** A user follows a sign-in redirect and signs in as `user`. Gives the callback address, or why there is none. */
  async authorize(url: string, user: string, cancel: Cancel, hop: TokenHop = directHop): Promise<Authorized> {
    const query = new URL(url).searchParams;
    const text = (name: string): string => query.get(name) ?? '';
    const result = await this.exchange(hop, cancel, exchangeSizes.authorize, () => {
      const code = this.#crypto.randomId(16);
      const challenge = text('code_challenge');
      const redirectUri = text('redirect_uri');
      const known = text('client_id') === this.options.clientId && challenge !== '' && this.#registered(redirectUri);
      if (!known || text('response_type') !== 'code') return { kind: 'status', status: 400, retryAfter: undefined };
      const grant = { user, nonce: text('nonce'), challenge, redirectUri };
      this.#codes.issue(code, grant, this.#clock.now());
      const answer = new URLSearchParams({ code, state: text('state'), iss: this.options.issuer });
      return { kind: 'ok', value: `${grant.redirectUri}?${answer}` };
    });
    if (result.kind === 'ok') return { kind: 'callback', url: result.value };
    const status = result.kind === 'status' ? result.status : undefined;
    return { kind: 'failed', detail: result.kind, status };
  }

  /** Redeems a code: one use, and only with the verifier and redirect address it was issued for. */
  redeem(code: string, challenge: string, redirectUri: string): Exchange<TokenSet> {
    const grant = this.#codes.take(code, this.#clock.now());
    if (grant === undefined || grant.challenge !== challenge || grant.redirectUri !== redirectUri) {
      return { kind: 'status', status: 400, retryAfter: undefined };
    }
    return { kind: 'ok', value: this.#issue(grant.user, grant.nonce) };
  }

  /** New tokens for a refresh token of ours. */
  refresh(refreshToken: string): Exchange<TokenSet> {
    const user = this.#crypto.open('refresh', '', refreshToken);
    if (user === undefined) return { kind: 'status', status: 400, retryAfter: undefined };
    return { kind: 'ok', value: this.#issue(user, '') };
  }

  /** Runs one exchange over `hop`: network, work, faults. `answer` is made when the work is done. */
  async exchange<T>(
    hop: TokenHop,
    cancel: Cancel,
    size: ExchangeSize,
    answer: (fate: Fate) => Exchange<T>,
  ): Promise<Exchange<T>> {
    const both = new CancelSource();
    const withdraw = cancel.onCancel(() => both.cancel('timeout'));
    this.#underWay.add(both);
    try {
      const kept = hop.state() === 'open' ? undefined : await passage(hop, both);
      if (kept !== undefined) return kept;
      const network = hop.roundTrip(size);
      if (this.#faults.has('outage')) return await this.#refused(network, both);
      this.exchanges++;
      const fate = this.#faults.fate(this.options.exchangeTime);
      await this.#clock.sleep(micros(network + fate.work), both);
      if (!both.cancelled && this.#faults.has('frozen')) await this.#frozen(both);
      if (both.cancelled) return cut(both);
      const said = saidBy(fate, answer);
      const lost = hop.state() === 'open' ? undefined : await passage(hop, both);
      return lost ?? said;
    } finally {
      this.#underWay.delete(both);
      withdraw();
    }
  }

  async #refused<T>(network: Micros, both: CancelSource): Promise<Exchange<T>> {
    this.#faults.hit('outage');
    await this.#clock.sleep(network, both);
    return both.cancelled ? cut(both) : { kind: 'unreachable', detail: 'connection refused' };
  }

  async #frozen(both: CancelSource): Promise<void> {
    this.#faults.hit('frozen');
    const thaw = this.#thaw;
    await new Promise<void>((resolve) => {
      thaw.onCancel(() => resolve());
      both.onCancel(() => resolve());
    });
  }

  #changed(fault: TokenFault): void {
    if (fault.kind === 'outage' && this.#faults.has('outage')) {
      for (const one of [...this.#underWay]) {
        this.#faults.hit('outage');
        one.cancel('cut');
      }
    }
    if (fault.kind === 'frozen' && !this.#faults.has('frozen')) {
      this.#thaw.cancel('thawed');
      this.#thaw = new CancelSource();
    }
  }

  #registered(redirectUri: string): boolean {
    const { redirectUris } = this.options;
    return redirectUri !== '' && (redirectUris === undefined || redirectUris.includes(redirectUri));
  }

  #issue(user: string, nonce: string): TokenSet {
    const { issuer, clientId, sessionLife, idTokenLife } = this.options;
    const iat = Math.floor(this.#clock.wall() / 1000);
    const exp = iat + Math.floor(idTokenLife / 1_000_000);
    const signed = this.keys.sign({ iss: issuer, aud: clientId, sub: user, nonce, iat, exp });
    const expiresIn = micros(sessionLife.from + this.#random.next() * (sessionLife.to - sessionLife.from));
    return { ...signed, refreshToken: this.#crypto.seal('refresh', '', user), expiresIn };
  }
}

function cut(both: Cancel): Lost {
  return both.reason === 'timeout' ? { kind: 'timeout' } : { kind: 'broken', detail: 'connection cut' };
}

type Lost = { readonly kind: 'timeout' } | { readonly kind: 'broken'; readonly detail: string };

/** Waits until the way is open. Undefined: it is; else how the exchange ended on it. */
async function passage(hop: TokenHop, both: CancelSource): Promise<Lost | undefined> {
  for (let state = hop.state(); state !== 'open'; state = hop.state()) {
    if (state === 'reset') return { kind: 'broken', detail: 'connection reset' };
    await hop.opened(both);
    if (both.cancelled) return cut(both);
  }
  return undefined;
}

function saidBy<T>(fate: Fate, answer: (fate: Fate) => Exchange<T>): Exchange<T> {
  if (fate.status !== undefined) return { kind: 'status', status: fate.status, retryAfter: fate.retryAfter };
  return fate.malformed ? { kind: 'malformed', detail: 'answer cut off' } : answer(fate);
}
