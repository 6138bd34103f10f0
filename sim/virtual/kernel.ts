import { HoldfastError } from '../../proxy/host/errors.ts';
import { type DrainMethod, runTurns } from './drain.ts';
import { EventHash } from './event-hash.ts';
import { EventHeap } from './event-heap.ts';
import { EventKind } from './event-kind.ts';
import { Life, type Task } from './life.ts';
import { TimerLists } from './timer-lists.ts';

/** The life of everything that is not a part: links, users, the world itself. Never ends. */
export const worldLife = new Life();

/**
 * Virtual time: jumps from event to event. One event runs, then every microtask it caused, then the next. The order is
 * (time, insertion number), so a run depends on its inputs alone.
 */
export class Kernel {
  /** Microseconds since this world began. */
  now = 0;
  /** Events run so far; also names the current turn. */
  turn = 0;
  readonly hash = new EventHash();
  readonly timers: TimerLists = new TimerLists(this);
  readonly #heap = new EventHeap();
  #order = 0;
  #until = 0;
  #failure: { readonly error: unknown } | undefined = undefined;
  #stopped = false;
  readonly #interrupted: (() => boolean) | undefined;

  /** `interrupted` is asked between slices of a run; true ends it with ERR_INTERRUPTED. */
  constructor(interrupted?: () => boolean) {
    this.#interrupted = interrupted;
  }

  /** Events waiting. */
  get pending(): number {
    return this.#heap.size;
  }

  nextOrder(): number {
    return this.#order++;
  }

  /** Runs `task` at `at` (not before now) if `life` still runs then. `kind`: only speed depends on it. */
  schedule(at: number, task: Task, life: Life, kind: EventKind = EventKind.other): void {
    if (Number.isNaN(at))
      throw new HoldfastError('ERR_INVARIANT', 'an event without a time: some span is not a number');
    this.#heap.push(Math.max(at, this.now), this.#order++, task, life, kind);
  }

  pushTimerList(time: number, order: number, list: Task): void {
    this.#heap.push(time, order, list, worldLife, EventKind.timers);
  }

  /** Ends `run` after the current event. */
  stop(): void {
    this.#stopped = true;
  }

  /** Ends `run` with this error: a promise of the world itself was rejected. */
  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  /** Runs all events up to and including `until`; time then stands at `until`, or at the event that called `stop`. */
  async run(until: number, method: DrainMethod | 'auto' = 'auto'): Promise<DrainMethod> {
    this.#until = until;
    this.#stopped = false;
    const used = await runTurns(() => this.#step(), method, this.#interrupted);
    if (!this.#stopped && this.now < until) this.now = until;
    return used;
  }

  #step(): boolean {
    if (this.#failure !== undefined) throw this.#failure.error;
    const heap = this.#heap;
    if (this.#stopped || heap.nextTime > this.#until) return false;
    const task = heap.pop() as Task;
    const time = heap.poppedTime;
    this.now = time;
    this.turn += 1;
    this.hash.number(time);
    const life = heap.poppedLife as Life;
    if (life.running) runOf(heap.poppedKind, task);
    else life.intercept(task);
    return true;
  }
}

/**
 * The same call in every branch, and that is the point: see EventKind. Each branch has a name of its own for the task, for
 * V8 keeps one memory for all loads of a property from one variable of a function.
 */
function runOf(kind: EventKind, task: Task): void {
  switch (kind) {
    case EventKind.arrival: {
      const arrival = task;
      arrival.run();
      return;
    }
    case EventKind.exchange: {
      const exchange = task;
      exchange.run();
      return;
    }
    case EventKind.message: {
      const message = task;
      message.run();
      return;
    }
    case EventKind.wake: {
      const wake = task;
      wake.run();
      return;
    }
    case EventKind.call: {
      const call = task;
      call.run();
      return;
    }
    case EventKind.timers: {
      const timers = task;
      timers.run();
      return;
    }
    case EventKind.other:
      task.run();
      return;
  }
}
