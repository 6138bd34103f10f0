import type { Scheduler } from './engine/scheduler.ts';

/** What happened, without number and time. */
export type ToxicsFact =
  | { readonly type: 'connection_open'; readonly proxy: string; readonly connection: number; readonly peer: string }
  | {
      readonly type: 'connection_close';
      readonly proxy: string;
      readonly connection: number;
      readonly reason: string;
      /** Bytes from the client, and bytes written to it. */
      readonly upstream_bytes: number;
      readonly downstream_bytes: number;
    }
  /** A toxic begins to act: when added, or `start_after_ms` later. */
  | { readonly type: 'toxic_start'; readonly proxy: string; readonly toxic: string; readonly toxic_type: string }
  /** It acts no longer; `asleep`: a change of `start_after_ms` put its start off. Comes once after a start, never without one. */
  | {
      readonly type: 'toxic_stop';
      readonly proxy: string;
      readonly toxic: string;
      readonly reason: 'removed' | 'duration' | 'lease' | 'reset' | 'proxy removed' | 'asleep';
    }
  /** The toxic did something to this connection for the first time. */
  | { readonly type: 'toxic_hit'; readonly proxy: string; readonly toxic: string; readonly connection: number };

/** One line of the event stream. */
export type ToxicsEvent = ToxicsFact & {
  /** Counts from 1 without gaps. */
  readonly seq: number;
  /** Milliseconds since the server started, to the microsecond. */
  readonly at_ms: number;
};

/** How many events a late subscriber can still get. */
const KEPT_EVENTS = 4_096;

/** Numbers events, keeps the last ones, and tells subscribers. */
export class EventHub {
  readonly #scheduler: Scheduler;
  readonly #started: number;
  readonly #kept: ToxicsEvent[] = [];
  readonly #listeners = new Set<(event: ToxicsEvent) => void>();
  readonly #failed: (error: unknown) => void;
  #seq = 0;

  /** @param failed told what a listener threw; the others still hear of the event, and nothing else is disturbed */
  constructor(scheduler: Scheduler, failed: (error: unknown) => void) {
    this.#scheduler = scheduler;
    this.#failed = failed;
    this.#started = scheduler.now();
  }

  emit(fact: ToxicsFact): void {
    const event = { seq: ++this.#seq, at_ms: (this.#scheduler.now() - this.#started) / 1_000, ...fact } as ToxicsEvent;
    this.#kept[(event.seq - 1) % KEPT_EVENTS] = event;
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#failed(error);
      }
    }
  }

  /** Kept events with a number above `seq`, oldest first. */
  since(seq: number): ToxicsEvent[] {
    return this.#kept.filter((event) => event.seq > seq).sort((a, b) => a.seq - b.seq);
  }

  /** Calls `listener` at once for every event from now on; returns how to stop that. */
  subscribe(listener: (event: ToxicsEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
