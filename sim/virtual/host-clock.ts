import type { Cancel } from '../../proxy/host/cancel.ts';
import type { Clock, Sleeper, TimerId } from '../../proxy/host/clock.ts';
import type { EpochMs, Instant, Micros } from '../../proxy/host/units.ts';
import { EventKind } from './event-kind.ts';
import type { Kernel } from './kernel.ts';
import type { Life, Task } from './life.ts';

/** 2026-01-01T00:00:00Z, milliseconds: a fixed wall clock at the start of every world, so that runs are alike. */
const epochStartMs = 1_767_225_600_000;

/** A part's clock. Everything it wakes belongs to one life of that part. */
export class VirtualClock implements Clock {
  /** Added to the wall clock, milliseconds; survives restarts because a fault owns it. */
  skewMs = 0;
  readonly #kernel: Kernel;
  readonly #life: Life;

  constructor(kernel: Kernel, life: Life) {
    this.#kernel = kernel;
    this.#life = life;
  }

  now(): Instant {
    return this.#kernel.now as Instant;
  }

  wall(): EpochMs {
    return this.wallAt(this.#kernel.now);
  }

  /** What this clock will show at a kernel time. */
  wallAt(time: number): EpochMs {
    return (epochStartMs + Math.floor(time / 1000) + this.skewMs) as EpochMs;
  }

  sleep(span: Micros, cancel?: Cancel): Promise<void> {
    return new Promise((resolve) => {
      this.#kernel.schedule(this.#kernel.now + span, new Sleep(resolve, cancel), this.#life);
    });
  }

  wake(span: Micros, sleeper: Sleeper): void {
    this.#kernel.schedule(this.#kernel.now + span, new Wake(sleeper), this.#life, EventKind.wake);
  }

  timeout(span: Micros, fn: () => void): TimerId {
    return this.alarm(span, { awake: fn });
  }

  alarm(span: Micros, sleeper: Sleeper): TimerId {
    return this.#kernel.timers.add(span, sleeper, this.#life) as TimerId;
  }

  clear(id: TimerId): void {
    this.#kernel.timers.clear(id);
  }
}

class Wake implements Task {
  readonly timer = true;
  readonly #sleeper: Sleeper;

  constructor(sleeper: Sleeper) {
    this.#sleeper = sleeper;
  }

  run(): void {
    this.#sleeper.awake();
  }
}

class Sleep implements Task {
  readonly timer = true;
  readonly #resolve: () => void;
  readonly #withdraw: (() => void) | undefined;

  constructor(resolve: () => void, cancel: Cancel | undefined) {
    this.#resolve = resolve;
    this.#withdraw = cancel?.onCancel(resolve);
  }

  run(): void {
    this.#withdraw?.();
    this.#resolve();
  }
}
