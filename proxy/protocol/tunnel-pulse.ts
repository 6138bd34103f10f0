import type { Clock, TimerId } from '../host/clock.ts';
import type { Instant, Micros } from '../host/units.ts';
import type { TunnelLiveness } from './tunnel.ts';

/** What a pulse reads and tells. */
export interface PulseOwner {
  /** When the last frame of any kind came in. */
  readonly lastHeard: Instant;
  /** Smoothed; undefined: not measured yet. */
  readonly roundTrip: Micros | undefined;
  sendPing(): void;
  suspected(): void;
  dead(silence: Micros): void;
}

/**
 * Watches the silence of one tunnel with one timer, re-armed lazily from `lastHeard`, so frames cost nothing.
 *
 * If the timer fires more than a ping interval late, it was this end that stood still (frozen, overloaded), and the peer's
 * frames may be waiting unread: silence is then counted anew from now, after a ping.
 */
export class TunnelPulse {
  readonly #clock: Clock;
  readonly #liveness: TunnelLiveness;
  readonly #owner: PulseOwner;
  readonly #wake = (): void => this.#awake();
  #timer: TimerId | undefined = undefined;
  #due = 0;
  #pingedAt = -1;
  #resumedAt = -1;

  constructor(clock: Clock, liveness: TunnelLiveness, owner: PulseOwner) {
    this.#clock = clock;
    this.#liveness = liveness;
    this.#owner = owner;
  }

  start(): void {
    this.#arm(this.#clock.now());
  }

  stop(): void {
    if (this.#timer !== undefined) this.#clock.clear(this.#timer);
    this.#timer = undefined;
  }

  #awake(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    const { pingInterval, suspectAfter, deadAfter } = this.#liveness;
    if (now - this.#due > pingInterval) {
      this.#resumedAt = now;
      this.#ping(now);
      this.#arm(now);
      return;
    }
    const silence = now - this.#base();
    if (deadAfter !== undefined && silence >= deadAfter) {
      this.#owner.dead(silence as Micros);
      return;
    }
    if (suspectAfter !== undefined && silence >= suspectAfter) this.#owner.suspected();
    if (now >= Math.max(this.#base(), this.#pingedAt) + pingInterval) this.#ping(now);
    this.#arm(now);
  }

  #ping(now: Instant): void {
    this.#pingedAt = now;
    this.#owner.sendPing();
  }

  #base(): number {
    return Math.max(this.#owner.lastHeard, this.#resumedAt);
  }

  /**
   * When the answer to the latest ping should be here at the latest: the interval begins then, and a timer set for the ping
   * itself would only be set again. A quarter and a millisecond: scheduling noise on a short path, a real queue on a long one.
   */
  #answerBy(): number {
    const { lastHeard, roundTrip } = this.#owner;
    if (roundTrip === undefined || this.#pingedAt < lastHeard) return this.#pingedAt;
    return this.#pingedAt + Math.ceil(roundTrip * 1.25) + 1_000;
  }

  #arm(now: Instant): void {
    const { pingInterval, suspectAfter, deadAfter } = this.#liveness;
    const base = this.#base();
    let due = Math.max(base, this.#answerBy()) + pingInterval;
    if (suspectAfter !== undefined && base + suspectAfter > now) due = Math.min(due, base + suspectAfter);
    if (deadAfter !== undefined) due = Math.min(due, base + deadAfter);
    this.#due = Math.max(due, now + 1);
    this.#timer = this.#clock.timeout((this.#due - now) as Micros, this.#wake);
  }
}
