import { float } from '../attribute.ts';
import { defineToxic, type StagePort } from '../toxic-type.ts';

/**
 * How many bytes stay whole before the next damaged one: geometric, by inversion; at least 0. `1 - rate` is 1 for a rate
 * below 5.5e-17, and its logarithm 0: then the distance was minus infinity and no chunk ever came to its end.
 */
function wholeBytes(port: StagePort<unknown, unknown>, rate: number): number {
  if (rate >= 1) return 0;
  if (rate <= 0) return Number.POSITIVE_INFINITY;
  return Math.floor(Math.log(1 - port.random.next()) / Math.log1p(-rate));
}

export const corrupt = defineToxic({
  type: 'corrupt',
  extension: true,
  destructive: true,
  summary:
    'Damages single bytes: each becomes another value with probability `rate`. Lengths stay. TLS ends the connection at the first one.',
  attributes: {
    rate: float({ min: 0, max: 1, fallback: 0.001, doc: 'Probability that a byte is damaged.' }),
  },
  memory: () => ({ whole: -1 }),
  start(port, values) {
    // The distance is drawn per stream, not per chunk: how data is cut into chunks does not change what is damaged.
    port.memory.whole = wholeBytes(port, values.rate);
    return {
      chunk(chunk) {
        let damaged: Uint8Array | undefined;
        let at = port.memory.whole;
        while (at < chunk.bytes.length) {
          port.hit();
          damaged ??= Uint8Array.from(chunk.bytes);
          damaged[at] = (damaged[at] as number) ^ (1 + port.random.below(255));
          at += 1 + wholeBytes(port, values.rate);
        }
        port.memory.whole = at - chunk.bytes.length;
        port.emit(damaged ?? chunk.bytes, chunk.at);
      },
    };
  },
});
