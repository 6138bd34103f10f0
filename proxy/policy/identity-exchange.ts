import type { Cancel } from '../host/cancel.ts';
import { CancelSource } from '../host/cancel.ts';
import type { Host } from '../host/host.ts';
import type { Instant, Micros } from '../host/units.ts';
import { after } from '../host/units.ts';
import type { Exchange } from '../token/identity-port.ts';
import { ceiling, fullJitter } from './backoff.ts';
import { HoldOff } from './hold-off.ts';
import type { IdentityOptions } from './identity-options.ts';

/** What came of an exchange once waiting and repeating were done. */
export type Exchanged<T> =
  | { readonly kind: 'ok'; readonly value: T }
  /** The token service understood and said no; repeating does not help. */
  | { readonly kind: 'rejected'; readonly detail: string }
  | { readonly kind: 'unavailable'; readonly detail: string; readonly retryAfter: Micros | undefined };

/**
 * Makes single exchanges with the token service bearable: a deadline for each, repeats with backoff inside the caller's
 * patience, Retry-After obeyed, a pause after failures in a row.
 */
export class IdentityExchange {
  readonly #host: Host;
  readonly #options: IdentityOptions;
  readonly #holdOff: HoldOff;
  readonly #random: Host['random'];

  constructor(host: Host, options: IdentityOptions) {
    this.#host = host;
    this.#options = options;
    this.#random = host.random.fork('identity-backoff');
    const rule = { failures: options.pauseAfter, base: options.retryFirst, cap: options.retryCap };
    this.#holdOff = new HoldOff(rule, this.#random);
  }

  /**
   * Runs `call`. `repeatUnclear` false for what may have taken effect although no usable answer came (a code is worth one
   * use): after `timeout`, `broken` and `malformed` it is then not tried again.
   * `patience` 0: one try, no waiting. Never rejects.
   */
  async run<T>(
    name: string,
    patience: Micros,
    repeatUnclear: boolean,
    call: (cancel: Cancel) => Promise<Exchange<T>>,
  ): Promise<Exchanged<T>> {
    const { clock } = this.#host;
    const giveUpAt = after(clock.now(), patience);
    for (let attempt = 0; ; attempt++) {
      const paused = this.#holdOff.wait(clock.now());
      if (paused > 0 && !(await this.#waited(paused, giveUpAt))) {
        return { kind: 'unavailable', detail: `${name}: paused`, retryAfter: paused };
      }
      if (paused > 0) continue;
      const result = await this.#once(call);
      const now = clock.now();
      if (result.kind === 'ok') {
        this.#holdOff.succeeded();
        return result;
      }
      const detail = `${name}: ${describe(result)}`;
      this.#host.log.event('warn', 'identity.exchange.failed', { call: name, detail, attempt });
      if (isAnswer(result)) {
        this.#holdOff.succeeded();
        return { kind: 'rejected', detail };
      }
      const told = result.kind === 'status' ? result.retryAfter : undefined;
      this.#holdOff.failed(now, told);
      const wait = told ?? this.#backoff(attempt);
      const repeat = repeatUnclear || !isUnclear(result);
      if (!repeat || !(await this.#waited(wait, giveUpAt))) return { kind: 'unavailable', detail, retryAfter: told };
    }
  }

  /** Waits `span` unless that leads to or beyond `giveUpAt`; false then. */
  async #waited(span: Micros, giveUpAt: Instant): Promise<boolean> {
    const { clock } = this.#host;
    if (after(clock.now(), span) >= giveUpAt) return false;
    await clock.sleep(span);
    return true;
  }

  async #once<T>(call: (cancel: Cancel) => Promise<Exchange<T>>): Promise<Exchange<T>> {
    const { clock } = this.#host;
    const cancel = new CancelSource();
    const timer = clock.timeout(this.#options.exchangeTimeout, () => cancel.cancel('timeout'));
    this.#holdOff.begin();
    try {
      return await call(cancel);
    } catch (error) {
      return { kind: 'malformed', detail: error instanceof Error ? error.message : String(error) };
    } finally {
      clock.clear(timer);
    }
  }

  /** At least the documented first wait, doubling, with full jitter on top. */
  #backoff(attempt: number): Micros {
    const { retryFirst, retryCap } = this.#options;
    const least = ceiling(attempt, retryFirst, retryCap);
    return (least + fullJitter(attempt, retryFirst, retryCap, this.#random)) as Micros;
  }
}

/** A 4xx is a working token service's answer, save "too many" and "took too long". */
function isAnswer(result: Exchange<unknown>): boolean {
  return result.kind === 'status' && result.status < 500 && result.status !== 429 && result.status !== 408;
}

/** It may have taken effect all the same. */
function isUnclear({ kind }: Exchange<unknown>): boolean {
  return kind === 'timeout' || kind === 'broken' || kind === 'malformed';
}

function describe(result: Exclude<Exchange<unknown>, { kind: 'ok' }>): string {
  if (result.kind === 'status') return `status ${result.status}`;
  return result.kind === 'timeout' ? 'timeout' : `${result.kind} (${result.detail})`;
}
