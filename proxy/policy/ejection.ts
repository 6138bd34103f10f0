import type { Random } from '../host/random.ts';
import type { Instant, Micros } from '../host/units.ts';
import { after } from '../host/units.ts';
import type { EjectionRule } from './behaviour.ts';

interface Standing {
  failures: number;
  /** Ejections so far, less one per `baseSpan` served well since. */
  times: number;
  /** End of the current or last ejection (exclusive). */
  until: Instant;
  order: number;
}

/** Spans are drawn within ± this share, so members ejected together do not come back together. */
const jitter = 0.2;
/** Below this share of members left, ejections are ignored (Envoy's panic threshold). */
const panicBelow = 0.5;

/**
 * Takes members that fail again and again out of the choice for a while. Counts, not percentages: groups have two to
 * four members, where statistical rules never run. Ejection spans grow with each time: base × n, capped, ± 20 %.
 */
export class Ejection {
  readonly #rule: EjectionRule | undefined;
  readonly #random: Random;
  /** Only members with something against them. */
  readonly #standings = new Map<string, Standing>();
  /** No ejection reaches beyond this instant. */
  #latest = 0 as Instant;
  #order = 0;

  /** `rule` undefined: nothing is ever ejected. */
  constructor(rule: EjectionRule | undefined, random: Random) {
    this.#rule = rule;
    this.#random = random;
  }

  /** The member answered. */
  succeeded(id: string, now: Instant): void {
    if (this.#rule === undefined || this.#standings.size === 0) return;
    const standing = this.#standings.get(id);
    if (standing === undefined || now < standing.until) return;
    standing.failures = 0;
    if (this.#timesNow(standing, this.#rule, now) === 0) this.#standings.delete(id);
  }

  /** A fault of the member itself (tunnel lost, internal reset), never one of its application. */
  failed(id: string, now: Instant): void {
    const rule = this.#rule;
    if (rule === undefined) return;
    let standing = this.#standings.get(id);
    if (standing === undefined) {
      standing = { failures: 0, times: 0, until: 0 as Instant, order: 0 };
      this.#standings.set(id, standing);
    }
    if (now < standing.until) return;
    standing.failures++;
    if (standing.failures < rule.consecutiveFailures) return;
    standing.times = this.#timesNow(standing, rule, now) + 1;
    standing.failures = 0;
    standing.order = this.#order++;
    standing.until = after(now, this.#span(rule, standing.times));
    if (standing.until > this.#latest) this.#latest = standing.until;
  }

  /**
   * Those that may be chosen. The very same array when nothing is ejected (hot path). Of n at most floor(n × maxShare)
   * are left out, earliest ejection first, never all; and nobody is when fewer than half would remain.
   */
  eligible<C extends { readonly id: string }>(all: readonly C[], now: Instant): readonly C[] {
    if (now >= this.#latest || this.#rule === undefined) return all;
    const out = all.filter((member) => this.isEjected(member.id, now));
    if (out.length === 0) return all;
    const most = Math.min(Math.floor(all.length * this.#rule.maxShare), all.length - 1);
    out.sort((a, b) => this.#orderOf(a.id) - this.#orderOf(b.id));
    const left = out.slice(0, most);
    if (left.length === 0 || all.length - left.length < all.length * panicBelow) return all;
    return all.filter((member) => !left.includes(member));
  }

  /** True while the member sits out an ejection, whether or not the share allows to honour it. */
  isEjected(id: string, now: Instant): boolean {
    const standing = this.#standings.get(id);
    return standing !== undefined && now < standing.until;
  }

  /** The member left the group for good, or came back as a new process: nothing is held against it. */
  forget(id: string): void {
    this.#standings.delete(id);
  }

  #orderOf(id: string): number {
    return this.#standings.get(id)?.order ?? 0;
  }

  #timesNow(standing: Standing, rule: EjectionRule, now: Instant): number {
    if (standing.times === 0) return 0;
    const served = Math.floor((now - standing.until) / rule.baseSpan);
    return Math.max(0, standing.times - Math.max(0, served));
  }

  #span(rule: EjectionRule, times: number): Micros {
    const spread = 1 - jitter + 2 * jitter * this.#random.next();
    return Math.min(rule.maxSpan, Math.round(Math.min(rule.maxSpan, rule.baseSpan * times) * spread)) as Micros;
  }
}
