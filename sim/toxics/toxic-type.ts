import type { Random } from '../../proxy/host/random.ts';
import type { Instant } from '../../proxy/host/units.ts';
import type { AttributeTable, ValuesOf } from './attribute.ts';
import type { Chunk, Ending } from './engine/chunk.ts';

/** What one running toxic on one direction of one connection does with what reaches it. */
export interface Effect {
  /** Takes one chunk. While a {@link StagePort.hold} lasts, further chunks wait and the sender is slowed down. */
  chunk(chunk: Chunk): void;
  /** The sender ended. Left out: the ending is passed on. Comes again after a restart until `finish` was called. */
  end?(ending: Ending): void;
  /** The settings changed, the toxic goes, or the one behind it came or went: hand on, at once, what `chunk` took and has not emitted. */
  interrupted?(): void;
  /** The connection is gone and nothing can be handed on: give back what other connections would wait for. */
  discarded?(): void;
  /** The toxic was removed (after `interrupted`), for types whose damage cannot be undone on this connection. */
  removed?(): void;
  /** The toxic stays and no longer acts on this connection (after `interrupted`), for the same types. */
  spared?(): void;
}

/** What an effect may touch: the connection it runs on, time, and chance. */
export interface StagePort<Memory = unknown, Shared = unknown> {
  /** Monotonic microseconds. */
  now(): Instant;
  /** Stream named by (seed, proxy, connection, direction, toxic): the same draws in every run. */
  readonly random: Random;
  /** Survives updates of the toxic; lives as long as the toxic stays on this connection. */
  readonly memory: Memory;
  /** One value for all connections of this toxic. */
  readonly shared: Shared;
  /** Hands bytes on; `at` is the instant from which later delays count. */
  emit(bytes: Uint8Array, at: Instant): void;
  /** Ends the direction after everything emitted. */
  finish(ending: Ending): void;
  /**
   * Like `finish` for the ending that came in, but a FIN ends only its direction: what is pending still runs, so that a
   * half-closed connection can be closed by `close`.
   */
  passOn(ending: Ending): void;
  /** Swallows the ending that came in: it never comes out, and a connection whose sides have both ended waits for it no more. */
  dropEnd(): void;
  /** Takes no further chunk until `due`, then runs `then`. At most one hold at a time; a new one replaces it. */
  hold(due: Instant, then: () => void): void;
  /**
   * Like `hold`, for a `then` that emits: it waits beyond `due` while the receiver has its fill; `late` tells that it did.
   */
  emitAt(due: Instant, then: (late: boolean) => void): void;
  /**
   * True when nothing more should be emitted for now: the receiver has its fill, or the connection has had its share of
   * this turn of the event loop. Go on by `emitAt(now(), …)`.
   */
  readonly busy: boolean;
  /** The toxic did something to this connection: counted and told once for each. Endings of its own are noted anyway. */
  hit(): void;
  /** Takes no further chunk until the toxic is changed or removed. */
  holdForever(): void;
  /** Runs `then` at `due` without stopping the flow; withdrawn when the toxic is changed or removed. */
  later(due: Instant, then: () => void): void;
  /** Closes the whole connection now, whatever other toxics still hold: what was written arrives, then FIN both ways. */
  close(): void;
  /** Sends bytes back towards the sender of this direction. */
  reply(bytes: Uint8Array): void;
  /** Resets the sender's side alone; the receiver hears nothing and what it sends is dropped. */
  abandonSender(): void;
}

/** One type of toxic: everything about it is in its definition, one file each under types/. */
export interface ToxicType<T extends AttributeTable = AttributeTable, Memory = unknown, Shared = unknown> {
  readonly type: string;
  /** True for types the real server does not have. */
  readonly extension: boolean;
  /** True when bytes can be lost or a connection broken; others must hand on every byte in order. */
  readonly destructive: boolean;
  /** One documentation sentence. */
  readonly summary: string;
  readonly attributes: T;
  /** Chunks that may wait inside before the sender is slowed down (default 1). */
  readonly bufferChunks?: number;
  /**
   * True for a fault that keeps what it holds while it acts, whatever other toxics come and go: else its `interrupted`
   * runs when the toxic behind it does, as on the real server. Without attributes, a change of its own is nothing either.
   */
  readonly stays?: boolean;
  /** Problems between attributes, each naming the field: `size_variation must …`. */
  check?(values: ValuesOf<T>): string[];
  /** Fresh per-connection memory. */
  memory?(): Memory;
  /** Fresh memory for all connections. */
  shared?(): Shared;
  /** Starts the toxic on one direction of one connection. */
  start(port: StagePort<Memory, Shared>, values: ValuesOf<T>): Effect;
  /** What happens to a connection before it is dialled: how long to wait, or refusal. */
  admit?(values: ValuesOf<T>): Admission;
}

/** Decision about a connection that was just accepted. */
export type Admission = { readonly kind: 'delay'; readonly ms: number } | { readonly kind: 'refuse' };

/** Checks a definition's types and forgets them, so that the registry can hold all kinds in one list. */
export function defineToxic<T extends AttributeTable, Memory = undefined, Shared = undefined>(
  definition: ToxicType<T, Memory, Shared>,
): ToxicType {
  return definition as unknown as ToxicType;
}
