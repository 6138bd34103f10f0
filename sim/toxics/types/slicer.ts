import type { Random } from '../../../proxy/host/random.ts';
import type { Instant } from '../../../proxy/host/units.ts';
import { int } from '../attribute.ts';
import { defineToxic } from '../toxic-type.ts';

/**
 * Where to cut `length` bytes: offsets of the piece ends, ascending, the last one `length`. Halves until a piece is
 * within `variation` of `average`, moving each cut by up to `variation` either way. Iterative, so that no setting can
 * overflow the stack; a cut never leaves its piece, so none can run outside the data.
 */
function sliceEnds(length: number, average: number, variation: number, random: Random): number[] {
  if (average <= 0) return [length];
  const ends: number[] = [];
  const open: [number, number][] = [[0, length]];
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    const [start, end] = span;
    if (end - start - average <= variation || end - start < 2) {
      ends.push(end);
      continue;
    }
    const shift = variation > 0 ? random.below(variation * 2) - variation : 0;
    const cut = start + Math.floor((end - start) / 2) + shift;
    const middle = Math.min(end - 1, Math.max(start + 1, cut));
    open.push([middle, end], [start, middle]);
  }
  return ends;
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
  start(port, values) {
    let rest: Uint8Array = new Uint8Array(0);
    let ends: number[] = [];
    let index = 0;
    let sent = 0;
    let at = 0 as Instant;
    const next = (): void => {
      while (index < ends.length) {
        const end = ends[index++] as number;
        const piece = rest.subarray(sent, end);
        sent = end;
        port.emit(piece, at);
        if (values.delay <= 0) continue;
        // Due times add up from the previous due time, not from when a timer fired, so short delays stay exact.
        at = (Math.max(at, port.now() - values.delay) + values.delay) as Instant;
        port.hold(at, next);
        return;
      }
    };
    return {
      chunk(chunk) {
        rest = chunk.bytes;
        ends = sliceEnds(rest.length, values.average_size, values.size_variation, port.random);
        index = 0;
        sent = 0;
        at = port.now();
        next();
      },
      interrupted() {
        if (sent < rest.length) port.emit(rest.subarray(sent), port.now());
        sent = rest.length;
      },
    };
  },
});
