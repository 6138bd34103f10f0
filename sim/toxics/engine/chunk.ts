import type { Instant } from '../../../proxy/host/units.ts';

/** A run of bytes on its way through a link, with the instant from which delays count. */
export interface Chunk {
  readonly bytes: Uint8Array;
  /** When the bytes were received; a delaying toxic moves it forward to its due time, so that delays add up exactly. */
  readonly at: Instant;
}

/**
 * How a direction ends, in order after its data: `fin` is the sender's own close and leaves the other direction alone,
 * `close` closes both directions (a toxic decided so), `reset` resets both (RST; a toxic, or the sender's side broke).
 */
export type Ending = 'fin' | 'close' | 'reset';

/**
 * The largest chunk a toxic sees. Node reads up to 64 KiB at once; the real server's copy loop hands on 32 KiB, and
 * toxics that count chunks (the latency buffer, packet_loss) keep that scale.
 */
export const MAX_CHUNK_BYTES = 32 * 1024;

/**
 * What handing on a piece counts at least: a write is work whatever its size, up to 45 µs where its reader runs on the
 * other processor. So 32 small ones are a turn; with 256, seventeen busy slicers kept the control port waiting for 200 ms.
 */
export const PIECE_BYTES = 8192;

/** How many chunks may wait in front of a toxic before the one before it waits: the largest buffer any toxic asks for. */
export const MOST_WAITING_CHUNKS = 1024;

/** Something that takes chunks in order and then one ending. */
export interface Receiver {
  /** True when it has its fill: what is sent all the same is kept, but a sender that can wait should. */
  readonly full: boolean;
  chunk(chunk: Chunk): void;
  end(ending: Ending): void;
}
