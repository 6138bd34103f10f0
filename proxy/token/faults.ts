import type { Random } from '../host/random.ts';
import type { Micros } from '../host/units.ts';

/** How a token service can misbehave. Several may be in force at once. */
export type TokenFault =
  /** Connections are refused, those under way are cut. */
  | { readonly kind: 'outage' }
  /** The process stands still: exchanges wait until it is healed. */
  | { readonly kind: 'frozen' }
  | { readonly kind: 'slow'; readonly added: Micros }
  /** Its own work takes `factor` ≥ 1 times as long. */
  | { readonly kind: 'busy'; readonly factor: number }
  /** An exchange fails with `status` with probability `rate` in [0, 1]. */
  | {
      readonly kind: 'errors';
      readonly rate: number;
      readonly status: number;
      readonly retryAfter: Micros | null;
    }
  /** Answers are cut off in the middle. */
  | { readonly kind: 'malformed' }
  /** It publishes keys that are not those it signs with, under the same ids. */
  | { readonly kind: 'wrong-keys' };

/** A fault in force. `hits`: exchanges it touched so far. */
export interface FaultHandle {
  heal(): void;
  hits(): number;
}

interface Active {
  readonly fault: TokenFault;
  hits: number;
}

/** What happens to one exchange, drawn when it arrives. */
export interface Fate {
  readonly work: Micros;
  readonly status: number | undefined;
  readonly retryAfter: Micros | undefined;
  readonly malformed: boolean;
  readonly wrongKeys: boolean;
}

/** The faults in force at a token service. */
export class TokenFaults {
  readonly #random: Random;
  readonly #active = new Set<Active>();
  readonly #onChange: (fault: TokenFault) => void;

  /** `onChange` runs after a fault began or ended. */
  constructor(random: Random, onChange: (fault: TokenFault) => void) {
    this.#random = random;
    this.#onChange = onChange;
  }

  begin(fault: TokenFault): FaultHandle {
    const active: Active = { fault, hits: 0 };
    this.#active.add(active);
    this.#onChange(fault);
    return {
      heal: () => {
        if (this.#active.delete(active)) this.#onChange(fault);
      },
      hits: () => active.hits,
    };
  }

  /** True while a fault of this kind is in force. */
  has(kind: TokenFault['kind']): boolean {
    for (const { fault } of this.#active) if (fault.kind === kind) return true;
    return false;
  }

  /** Counts an exchange that met a fault of this kind. */
  hit(kind: TokenFault['kind']): void {
    for (const active of this.#active) if (active.fault.kind === kind) active.hits++;
  }

  /** `work`: what the exchange would take without faults. One draw per `errors` fault in force. */
  fate(work: Micros): Fate {
    if (this.#active.size === 0) return { work, ...unharmed };
    let span: number = work;
    let added = 0;
    let failed: { status: number; retryAfter: Micros | null } | undefined;
    for (const active of this.#active) {
      const { fault } = active;
      if (fault.kind === 'slow') added += fault.added;
      else if (fault.kind === 'busy') span = Math.round(span * fault.factor);
      else if (fault.kind === 'errors') {
        if (this.#random.next() >= fault.rate) continue;
        failed ??= fault;
      } else if (fault.kind !== 'malformed' && fault.kind !== 'wrong-keys') continue;
      active.hits++;
    }
    return {
      work: (span + added) as Micros,
      status: failed?.status,
      retryAfter: failed?.retryAfter ?? undefined,
      malformed: this.has('malformed'),
      wrongKeys: this.has('wrong-keys'),
    };
  }
}

const unharmed = { status: undefined, retryAfter: undefined, malformed: false, wrongKeys: false };
