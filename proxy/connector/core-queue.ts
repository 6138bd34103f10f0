import type { Clock } from '../host/clock.ts';
import type { Random } from '../host/random.ts';
import { type Instant, type Micros, micros } from '../host/units.ts';
import type { CapacityRule } from './config.ts';

/**
 * The CPU of a connector as M/G/c: c cores, one FIFO queue. The instant a request's work ends is known when it arrives
 * (the earliest core to fall free, plus its demand), so one sleep carries queueing and service: no event for the queue.
 * Work goes on after the client gave up, as it does in a real connector: an entry is never taken out.
 */
export class CoreQueue {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #rule: CapacityRule;
  /** Instants at which each core falls free. */
  readonly #freeAt: number[];
  #factor = 1;

  constructor(clock: Clock, random: Random, rule: CapacityRule) {
    this.#clock = clock;
    this.#random = random;
    this.#rule = rule;
    this.#freeAt = new Array<number>(rule.cores).fill(0);
  }

  /**
   * Demand is multiplied by `factor` ≥ 1 from now on, that of the work already waiting too: a processor that is freed works
   * its queue off at full speed. Those who were told an instant keep it; those who come wait for what is really left.
   */
  slow(factor: number): void {
    const now = this.#clock.now();
    const change = factor / this.#factor;
    for (const [core, at] of this.#freeAt.entries()) {
      if (at > now) this.#freeAt[core] = Math.round(now + (at - now) * change);
    }
    this.#factor = factor;
  }

  /**
   * Takes a place. Returns the span until this request's work is done, or undefined when more than `maxQueue` requests'
   * worth of work is already waiting.
   */
  admit(): Micros | undefined {
    const now: Instant = this.#clock.now();
    const freeAt = this.#freeAt;
    let core = 0;
    let earliest = freeAt[0] ?? 0;
    for (let i = 1; i < freeAt.length; i++) {
      const at = freeAt[i] ?? 0;
      if (at < earliest) {
        earliest = at;
        core = i;
      }
    }
    const rule = this.#rule;
    const mean = rule.demand * this.#factor;
    const wait = earliest > now ? earliest - now : 0;
    if (wait * freeAt.length > mean * rule.maxQueue) return undefined;
    const work = rule.distribution === 'exponential' ? this.#random.exponential(mean) : mean;
    const done = Math.round(now + wait + work);
    freeAt[core] = done;
    return micros(done - now);
  }
}
