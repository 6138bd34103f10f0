import type { Cancel } from './cancel.ts';
import type { EpochMs, Instant, Micros } from './units.ts';

declare const timer: unique symbol;
/** An opaque handle of a pending timeout. */
export type TimerId = number & { readonly [timer]: true };

/** Sleeps without a promise. */
export interface Sleeper {
  awake(): void;
}

/** The only source of time for a node. Live: performance.now and timers. Virtual: the event queue. */
export interface Clock {
  /** Monotonic. */
  now(): Instant;
  /** Wall clock of this part; may be skewed and may be stepped by a fault. */
  wall(): EpochMs;
  /** Resolves `span` later; resolves early (never rejects) when `cancel` trips. Check `cancel.cancelled` afterwards. */
  sleep(span: Micros, cancel?: Cancel): Promise<void>;
  /** Calls `sleeper` once, `span` later, whatever happens meanwhile. For spans of all lengths, where a promise would be too dear. */
  wake(span: Micros, sleeper: Sleeper): void;
  /** As `timeout`, without a closure: for what runs with every request. */
  alarm(span: Micros, sleeper: Sleeper): TimerId;
  /** Runs `fn` once, `span` later, unless cleared. Cheap for many timers of equal span (FIFO list per span). */
  timeout(span: Micros, fn: () => void): TimerId;
  /** Withdraws a timeout or an alarm; unknown or fired ids are ignored. */
  clear(id: TimerId): void;
}
