import type { Random } from '../../../proxy/host/random.ts';
import type { Instant } from '../../../proxy/host/units.ts';
import { int } from '../attribute.ts';
import { defineToxic } from '../toxic-type.ts';

/**
 * Where to cut `length` bytes, one piece after the other, so that a chunk of a thousand pieces need not be cut in one go.
 * Halves until a piece is within `variation` of `average`, moving each cut by up to `variation` either way. Iterative, so
 * that no setting can overflow the stack; a cut never leaves its piece, so none can run outside the data.
 */
class Cuts {
  readonly #average: number;
  readonly #variation: number;
  readonly #random: Random;
  /** Spans that may still be cut, as start and end, the first one last. */
  readonly #open: number[];

  constructor(length: number, average: number, variation: number, random: Random) {
    this.#average = average > 0 ? average : length;
    this.#variation = variation;
    this.#random = random;
    this.#open = [0, length];
  }

  /** Offset at which the next piece ends, or undefined after the last one. */
  next(): number | undefined {
    for (;;) {
      const end = this.#open.pop();
      if (end === undefined) return undefined;
      const start = this.#open.pop() as number;
      if (end - start - this.#average <= this.#variation || end - start < 2) return end;
      const shift = this.#variation > 0 ? this.#random.below(this.#variation * 2) - this.#variation : 0;
      const cut = start + Math.floor((end - start) / 2) + shift;
      const middle = Math.min(end - 1, Math.max(start + 1, cut));
      this.#open.push(middle, end, start, middle);
    }
  }
}

export const slicer = defineToxic({
  type: 'slicer',
  extension: false,
  destructive: false,
  summary: 'Cuts data into small pieces, with an optional delay after each. No byte is lost.',
  attributes: {
    average_size: int({ unit: 'bytes', doc: 'Average size of a piece; 0 cuts nothing.', min: 0 }),
    size_variation: int({ unit: 'bytes', doc: 'How far a cut may move; at most average_size.', min: 0 }),
    delay: int({ unit: 'µs', doc: 'Wait after each piece.' }),
  },
  check(values) {
    return values.size_variation > values.average_size
      ? [`size_variation must be at most average_size (${values.average_size}), got ${values.size_variation}`]
      : [];
  },
  memory: () => ({ chunks: 0 }),
  start(port, values) {
    /** Cuts of a chunk come from a stream of its own: where the next one is cut depends on no timing and no change. */
    const cutsOf = (length: number): Cuts => {
      const ordinal = ++port.memory.chunks;
      const { average_size: average, size_variation: variation } = values;
      return new Cuts(length, average, variation, variation > 0 ? port.random.fork(`chunk/${ordinal}`) : port.random);
    };
    let rest: Uint8Array = new Uint8Array(0);
    let cuts: Cuts | undefined;
    let sent = 0;
    let at = 0 as Instant;
    const next = (): void => {
      while (cuts !== undefined && sent < rest.length) {
        if (port.busy) {
          port.emitAt(port.now(), next);
          return;
        }
        const end = cuts.next() ?? rest.length;
        const piece = rest.subarray(sent, end);
        sent = end;
        if (piece.length < rest.length || values.delay > 0) port.hit();
        port.emit(piece, at);
        if (values.delay <= 0) continue;
        // Due times add up from the previous due time, not from when a timer fired, so short delays stay exact.
        at = (Math.max(at, port.now() - values.delay) + values.delay) as Instant;
        port.emitAt(at, next);
        return;
      }
    };
    return {
      chunk(chunk) {
        rest = chunk.bytes;
        cuts = cutsOf(rest.length);
        sent = 0;
        at = port.now();
        next();
      },
      interrupted() {
        if (sent < rest.length) port.emit(rest.subarray(sent), port.now());
        sent = rest.length;
        cuts = undefined;
      },
    };
  },
});
