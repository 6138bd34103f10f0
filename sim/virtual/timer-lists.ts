import type { Sleeper } from '../../proxy/host/clock.ts';
import type { Life, Task } from './life.ts';

/** Where lists put their head: the event queue. */
export interface TimerQueue {
  readonly now: number;
  nextOrder(): number;
  pushTimerList(time: number, order: number, list: Task): void;
}

const slotBits = 4194304; // 2^22 timers pending at once; an id is generation * 2^22 + slot, exact to 2^53

const recentSpans = 4;

/** One span's timers, oldest first; only the head stands in the event queue. */
class SpanList implements Task {
  readonly owner: TimerLists;
  readonly span: number;
  head = -1;
  tail = -1;
  armed = false;

  constructor(owner: TimerLists, span: number) {
    this.owner = owner;
    this.span = span;
  }

  run(): void {
    this.owner.fire(this);
  }
}

/**
 * Time-outs. Nearly all of them are cleared before they are due, and all requests use the same few spans, so they live in
 * one first-in-first-out list per span: setting and clearing cost a few stores, and the event queue holds one entry a span
 * (a lazily cleared heap held 60,000 dead entries at 2,000 requests a second, measured).
 */
export class TimerLists {
  readonly #queue: TimerQueue;
  readonly #lists = new Map<number, SpanList>();
  #due = new Float64Array(256);
  #order = new Float64Array(256);
  #next = new Int32Array(256);
  #previous = new Int32Array(256);
  #generation = new Float64Array(256);
  #sleepers: Array<Sleeper | undefined> = [];
  #lives: Array<Life | undefined> = [];
  #of: Array<SpanList | undefined> = [];
  #free: number[] = [];
  /** Lists asked for last: a request uses the same few spans again and again. */
  readonly #recent: SpanList[] = [];
  #oldest = 0;

  constructor(queue: TimerQueue) {
    this.#queue = queue;
  }

  /** Spans with a list now. */
  get lists(): number {
    return this.#lists.size;
  }

  /** Wakes `sleeper` once in `life`, `span` ≥ 0 microseconds from now. Returns an id for `clear`, never 0. */
  add(span: number, sleeper: Sleeper, life: Life): number {
    const list = this.#list(span);
    const slot = this.#free.length > 0 ? (this.#free.pop() as number) : this.#newSlot();
    this.#sleepers[slot] = sleeper;
    this.#lives[slot] = life;
    this.#of[slot] = list;
    const due = this.#queue.now + span;
    const order = this.#queue.nextOrder();
    this.#due[slot] = due;
    this.#order[slot] = order;
    this.#next[slot] = -1;
    this.#previous[slot] = list.tail;
    if (list.tail < 0) list.head = slot;
    else this.#next[list.tail] = slot;
    list.tail = slot;
    if (!list.armed) {
      list.armed = true;
      this.#queue.pushTimerList(due, order, list);
    }
    return (this.#generation[slot] as number) * slotBits + slot;
  }

  /** Withdraws a timer; ids that fired, were cleared or never existed are ignored. */
  clear(id: number): void {
    const slot = id % slotBits;
    const list = this.#of[slot];
    if (list === undefined || (this.#generation[slot] as number) * slotBits + slot !== id) return;
    this.#unlink(list, slot);
  }

  /** The queue says that the entry of `list` is due: runs its head if that is due too, and arms the next. */
  fire(list: SpanList): void {
    const head = list.head;
    // The entry may have been made for a timer that was cleared since: then this instant belongs to nobody.
    if (head >= 0 && (this.#due[head] as number) <= this.#queue.now) {
      const sleeper = this.#sleepers[head] as Sleeper;
      const life = this.#lives[head] as Life;
      this.#unlink(list, head);
      this.#rearm(list);
      if (life.running) sleeper.awake();
      else life.intercept({ run: () => sleeper.awake(), timer: true });
      return;
    }
    this.#rearm(list);
  }

  #rearm(list: SpanList): void {
    if (list.head >= 0) {
      // The head's own insertion number keeps its place among events of the same instant.
      this.#queue.pushTimerList(this.#due[list.head] as number, this.#order[list.head] as number, list);
      return;
    }
    list.armed = false;
    this.#lists.delete(list.span);
    const at = this.#recent.indexOf(list);
    if (at >= 0) this.#recent.splice(at, 1);
  }

  #unlink(list: SpanList, slot: number): void {
    const previous = this.#previous[slot] as number;
    const next = this.#next[slot] as number;
    if (previous < 0) list.head = next;
    else this.#next[previous] = next;
    if (next < 0) list.tail = previous;
    else this.#previous[next] = previous;
    this.#sleepers[slot] = undefined;
    this.#lives[slot] = undefined;
    this.#of[slot] = undefined;
    this.#generation[slot] = (this.#generation[slot] as number) + 1;
    this.#free.push(slot);
  }

  #list(span: number): SpanList {
    const recent = this.#recent;
    for (let i = 0; i < recent.length; i++) if ((recent[i] as SpanList).span === span) return recent[i] as SpanList;
    let list = this.#lists.get(span);
    if (list === undefined) {
      list = new SpanList(this, span);
      this.#lists.set(span, list);
    }
    if (recent.length < recentSpans) recent.push(list);
    else {
      recent[this.#oldest] = list;
      this.#oldest = (this.#oldest + 1) % recentSpans;
    }
    return list;
  }

  #newSlot(): number {
    const slot = this.#sleepers.length;
    this.#sleepers.push(undefined);
    this.#lives.push(undefined);
    this.#of.push(undefined);
    if (slot >= this.#due.length) this.#grow();
    this.#generation[slot] = 1;
    return slot;
  }

  #grow(): void {
    const capacity = this.#due.length * 2;
    const floats = (from: Float64Array): Float64Array<ArrayBuffer> => {
      const to = new Float64Array(capacity);
      to.set(from);
      return to;
    };
    const integers = (from: Int32Array): Int32Array<ArrayBuffer> => {
      const to = new Int32Array(capacity);
      to.set(from);
      return to;
    };
    this.#due = floats(this.#due);
    this.#order = floats(this.#order);
    this.#generation = floats(this.#generation);
    this.#next = integers(this.#next);
    this.#previous = integers(this.#previous);
  }
}
