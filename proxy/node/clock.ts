import type { Cancel } from '../host/cancel.ts';
import type { Clock, Sleeper, TimerId } from '../host/clock.ts';
import { IdTable } from '../host/id-table.ts';
import { type EpochMs, epochMs, type Instant, type Micros } from '../host/units.ts';

/** Node's setTimeout overflows above this many milliseconds and would fire at once. */
const longestTimerMs = 2_147_483_647;
/** Spans from here on (microseconds) count in whole milliseconds, rounded up: what is left of one deadline would else be a list each. */
const coarseFrom = 1_000_000;
/** Empty lists kept armed for reuse; beyond it an emptied list is dropped, so odd spans cannot pile up. */
const idleLists = 64;

interface Entry {
  readonly id: number;
  readonly due: number;
  readonly sleeper: Sleeper;
  readonly list: SpanList;
  before: Entry | undefined;
  after: Entry | undefined;
}

/** Timers of one span, in the order they were set, which is the order they fall due: one Node timer serves them all. */
interface SpanList {
  readonly span: number;
  first: Entry | undefined;
  last: Entry | undefined;
  timer: NodeJS.Timeout | undefined;
  /** Its due entries are being run: what they set is armed afterwards. */
  firing: boolean;
}

/**
 * Real time for one part. `now` is performance.now() in whole microseconds (rounded down, so a reading is never ahead of
 * time). A timer never runs early: Node's own may fire up to a millisecond before the span is over, so each is checked
 * and re-armed. `wall` gives epoch milliseconds (a skewed clock for tests and faults); default Date.now.
 */
export class LiveClock implements Clock {
  readonly #wall: () => number;
  readonly #lists = new Map<number, SpanList>();
  readonly #entries = new IdTable<Entry>();
  #nextId = 1;

  constructor(wall: () => number = Date.now) {
    this.#wall = wall;
  }

  now(): Instant {
    return Math.floor(performance.now() * 1000) as Instant;
  }

  wall(): EpochMs {
    return epochMs(this.#wall());
  }

  sleep(span: Micros, cancel?: Cancel): Promise<void> {
    return new Promise((resolve) => {
      if (cancel?.cancelled === true) {
        resolve();
        return;
      }
      let withdraw: (() => void) | undefined;
      const id = this.timeout(span, () => {
        withdraw?.();
        resolve();
      });
      withdraw = cancel?.onCancel(() => {
        this.clear(id);
        resolve();
      });
    });
  }

  wake(span: Micros, sleeper: Sleeper): void {
    this.alarm(span, sleeper);
  }

  timeout(span: Micros, fn: () => void): TimerId {
    return this.alarm(span, { awake: fn });
  }

  alarm(exact: Micros, sleeper: Sleeper): TimerId {
    const span = exact < coarseFrom ? exact : Math.ceil(exact / 1000) * 1000;
    let list = this.#lists.get(span);
    if (list === undefined) {
      list = { span, first: undefined, last: undefined, timer: undefined, firing: false };
      this.#lists.set(span, list);
    }
    const id = this.#nextId++;
    const entry: Entry = { id, due: this.now() + span, sleeper, list, before: list.last, after: undefined };
    if (list.last === undefined) list.first = entry;
    else list.last.after = entry;
    list.last = entry;
    this.#entries.set(id, entry);
    if (list.firing) return id as TimerId;
    if (list.timer === undefined) this.#arm(list, span);
    else if (list.first === entry) list.timer.ref();
    return id as TimerId;
  }

  clear(id: TimerId): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#unlink(entry);
    const list = entry.list;
    if (list.first !== undefined || list.timer === undefined) return;
    if (this.#lists.size > idleLists) {
      clearTimeout(list.timer);
      list.timer = undefined;
      this.#lists.delete(list.span);
    } else {
      list.timer.unref();
    }
  }

  /** Drops every timer: what was waiting never runs. For the end of a part's life in a process that goes on. */
  stop(): void {
    for (const list of this.#lists.values()) clearTimeout(list.timer);
    this.#lists.clear();
    this.#entries.clear();
  }

  #unlink(entry: Entry): void {
    this.#entries.delete(entry.id);
    const { list, before, after } = entry;
    if (before === undefined) list.first = after;
    else before.after = after;
    if (after === undefined) list.last = before;
    else after.before = before;
    // A dead entry that grew old would else keep every entry after it, and the requests behind them, from young collections.
    entry.before = undefined;
    entry.after = undefined;
  }

  #arm(list: SpanList, span: number): void {
    list.timer = setTimeout(() => this.#fire(list), Math.min(longestTimerMs, Math.ceil(span / 1000)));
  }

  #fire(list: SpanList): void {
    list.timer = undefined;
    list.firing = true;
    // Bounded by what was due when the round began: a callback that sets the same span again waits for the next one.
    const now = this.now();
    try {
      for (let entry = list.first; entry !== undefined && entry.due <= now; entry = list.first) {
        this.#unlink(entry);
        entry.sleeper.awake();
      }
    } finally {
      list.firing = false;
      if (list.first !== undefined) this.#arm(list, Math.max(0, list.first.due - this.now()));
      else if (this.#lists.get(list.span) === list) this.#lists.delete(list.span);
    }
  }
}
