import type { Host } from '../host/host.ts';
import type { Micros } from '../host/units.ts';
import type { IdentityPort, KeySet, Metadata } from '../token/identity-port.ts';
import type { Exchanged, IdentityExchange } from './identity-exchange.ts';
import type { IdentityOptions } from './identity-options.ts';
import { KeyCache } from './key-cache.ts';
import { StaleCache } from './stale-cache.ts';

const none = 0 as Micros;

/** Metadata and keys of the token service: cached, kept through outages, fetched once however many ask at the same time. */
export class IdentitySources {
  readonly #host: Host;
  readonly #port: IdentityPort;
  readonly #exchange: IdentityExchange;
  readonly #patience: Micros;
  readonly #metadata: StaleCache<Metadata>;
  readonly #keys: KeyCache;
  #metadataFlight: Promise<Exchanged<Metadata>> | undefined = undefined;
  #keysFlight: Promise<Exchanged<KeySet>> | undefined = undefined;
  /** Of the last look-up, unless it succeeded. */
  #keysFailure: Exclude<Exchanged<KeySet>, { kind: 'ok' }> | undefined = undefined;

  constructor(host: Host, port: IdentityPort, exchange: IdentityExchange, options: IdentityOptions) {
    this.#host = host;
    this.#port = port;
    this.#exchange = exchange;
    this.#patience = options.patience;
    const { staleFor, refetchInterval } = options;
    this.#metadata = new StaleCache({ cachedFor: options.metadataCachedFor, staleFor, refetchInterval });
    this.#keys = new KeyCache({ cachedFor: options.keysCachedFor, staleFor, refetchInterval });
  }

  /** The metadata at hand without asking anybody; undefined: use `metadata`. */
  metadataNow(): Metadata | undefined {
    const now = this.#host.clock.now();
    return this.#metadata.due(now) ? undefined : this.#metadata.get(now);
  }

  /** Metadata, fresh if possible, stale if the token service cannot be asked. */
  async metadata(): Promise<Exchanged<Metadata>> {
    const { clock } = this.#host;
    const held = this.#metadata.get(clock.now());
    if (held !== undefined && !this.#metadata.due(clock.now())) return { kind: 'ok', value: held };
    this.#metadataFlight ??= this.#exchange
      .run('metadata', held === undefined ? this.#patience : none, true, (cancel) => this.#port.metadata(cancel))
      .then((result) => {
        this.#metadataFlight = undefined;
        if (result.kind === 'ok') this.#metadata.store(result.value, clock.now());
        else this.#metadata.failed(clock.now());
        return result;
      });
    const result = await this.#metadataFlight;
    return result.kind !== 'ok' && held !== undefined ? { kind: 'ok', value: held } : result;
  }

  /**
   * Keys that contain `keyId`, if need be looked up, at most once per interval. Keys without it are `ok` only where the token
   * service was asked and has no others: while it cannot be asked nobody knows whether there is such a key.
   */
  async keysFor(metadata: Metadata, keyId: string): Promise<Exchanged<KeySet>> {
    const { clock } = this.#host;
    const held = this.#keys.get(clock.now());
    const usable = this.#keys.has(keyId, clock.now()) ? held : undefined;
    if (held === undefined || this.#keys.due(clock.now())) return this.#fetchKeys(metadata, usable);
    if (usable !== undefined) return { kind: 'ok', value: usable };
    if (this.#takeRefetch()) return this.#fetchKeys(metadata, undefined);
    return this.#keysFailure ?? { kind: 'ok', value: held };
  }

  /**
   * Keys fetched anew because those at hand did not verify. Within the interval of the last look-up: why that failed,
   * undefined when it did not.
   */
  async refetchedKeys(metadata: Metadata): Promise<Exchanged<KeySet> | undefined> {
    return this.#takeRefetch() ? this.#fetchKeys(metadata, undefined) : this.#keysFailure;
  }

  /** A look-up already under way may be joined by anybody. */
  #takeRefetch(): boolean {
    return this.#keysFlight !== undefined || this.#keys.takeRefetch(this.#host.clock.now());
  }

  /** `usable`: serves on when the token service cannot be asked. */
  async #fetchKeys(metadata: Metadata, usable: KeySet | undefined): Promise<Exchanged<KeySet>> {
    const { clock } = this.#host;
    this.#keysFlight ??= this.#exchange
      .run('keys', usable === undefined ? this.#patience : none, true, (cancel) => this.#port.keys(metadata, cancel))
      .then((result) => {
        this.#keysFlight = undefined;
        this.#keysFailure = result.kind === 'ok' ? undefined : result;
        if (result.kind === 'ok') this.#keys.store(result.value, clock.now());
        else this.#keys.failed(clock.now());
        return result;
      });
    const result = await this.#keysFlight;
    return result.kind !== 'ok' && usable !== undefined ? { kind: 'ok', value: usable } : result;
  }
}
