import type { Instant, Micros } from '../host/units.ts';
import { after } from '../host/units.ts';

/** What a code was issued for. */
export interface Grant {
  readonly user: string;
  readonly nonce: string;
  readonly challenge: string;
  readonly redirectUri: string;
}

interface Issued {
  readonly grant: Grant;
  readonly endsAt: Instant;
}

/** Authorization codes not yet redeemed: one use each, a short life, bounded by what a life's worth of sign-ins issues. */
export class CodeBook {
  readonly #life: Micros;
  readonly #limit: number;
  /** In the order of issue, which is the order of ending. */
  readonly #codes = new Map<string, Issued>();

  constructor(life: Micros, limit = 100_000) {
    this.#life = life;
    this.#limit = limit;
  }

  issue(code: string, grant: Grant, now: Instant): void {
    for (const [old, { endsAt }] of this.#codes) {
      if (endsAt > now && this.#codes.size < this.#limit) break;
      this.#codes.delete(old);
    }
    this.#codes.set(code, { grant, endsAt: after(now, this.#life) });
  }

  /** Takes the code; undefined when it is unknown, was used, or is too old. A second use finds nothing. */
  take(code: string, now: Instant): Grant | undefined {
    const issued = this.#codes.get(code);
    if (issued === undefined) return undefined;
    this.#codes.delete(code);
    return now < issued.endsAt ? issued.grant : undefined;
  }

  clear(): void {
    this.#codes.clear();
  }
}
