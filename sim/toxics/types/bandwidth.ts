import type { Instant } from '../../../proxy/host/units.ts';
import { int } from '../attribute.ts';
import type { Chunk } from '../engine/chunk.ts';
import type { Effect } from '../toxic-type.ts';
import { defineToxic, type StagePort } from '../toxic-type.ts';

/** A rate's memory: the instant at which everything admitted so far will have been sent. */
export interface RateMemory {
  free: Instant;
}

/**
 * Sends chunks at `rateKBps` (1 KB = 1000 bytes) against a meter that may be shared between connections. Pieces are at
 * most `longestPieceMs` long; a piece is delivered when its last byte would have been. Idle time earns no credit, and lateness of
 * a timer costs none: the meter counts due times, not the times at which they were served. A piece that will not be sent
 * after all, since the toxic was changed or the connection is gone, gives its time back; a receiver that does not take
 * its bytes saves up no time.
 */
export function metered(
  port: StagePort<unknown, unknown>,
  rateKBps: number,
  meter: RateMemory,
  longestPieceMs = 100,
): Effect {
  let rest: Uint8Array | undefined;
  let at = 0 as Instant;
  let reserved = 0;
  let stalledUntil = 0 as Instant;

  const giveBack = (): void => {
    meter.free = (meter.free - reserved) as Instant;
    reserved = 0;
  };
  const next = (): void => {
    if (rest === undefined) return;
    const pieceBytes = Math.max(1, Math.min(rest.length, rateKBps * longestPieceMs));
    const begins = Math.max(meter.free, at, stalledUntil);
    reserved = Math.round((pieceBytes * 1_000) / rateKBps);
    const due = (begins + reserved) as Instant;
    meter.free = due;
    port.emitAt(due, (late) => {
      if (rest === undefined) return;
      reserved = 0;
      if (late) stalledUntil = port.now();
      const piece = rest.subarray(0, pieceBytes);
      rest = pieceBytes < rest.length ? rest.subarray(pieceBytes) : undefined;
      port.emit(piece, due);
      next();
    });
  };
  return {
    chunk(chunk: Chunk) {
      port.hit();
      rest = chunk.bytes;
      at = chunk.at;
      if (rateKBps > 0) next();
      else port.holdForever();
    },
    discarded: giveBack,
    interrupted() {
      giveBack();
      if (rest !== undefined) port.emit(rest, port.now());
      rest = undefined;
    },
  };
}

export const bandwidth = defineToxic({
  type: 'bandwidth',
  extension: false,
  destructive: false,
  summary: 'Limits each connection to `rate`. Rate 0 holds all data with the connection open until it is removed.',
  attributes: {
    rate: int({ unit: 'KB/s', doc: '1 KB is 1000 bytes; per connection and direction.', min: 0 }),
  },
  // Enough waiting data that the meter never starves while the sender is being woken up.
  bufferChunks: 16,
  start: (port, values) => metered(port, values.rate, { free: 0 as Instant }),
});
