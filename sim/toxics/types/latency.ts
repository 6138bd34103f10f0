import type { Instant } from '../../../proxy/host/units.ts';
import { int } from '../attribute.ts';
import type { Chunk } from '../engine/chunk.ts';
import { defineToxic } from '../toxic-type.ts';

export const latency = defineToxic({
  type: 'latency',
  extension: false,
  destructive: false,
  summary:
    'Delivers every chunk `latency` ± `jitter` after it arrived, in order. Delays of several latency toxics add up; a change or removal delivers the waiting chunk at once.',
  attributes: {
    latency: int({ unit: 'ms', doc: 'Delay, counted from the arrival of the bytes. Zero or less means at once.' }),
    jitter: int({ unit: 'ms', doc: 'Whole milliseconds drawn uniformly from [-jitter, jitter) and added per chunk.' }),
  },
  // Without a buffer the delay would also cap throughput; the real server holds 1024 chunks here as well.
  bufferChunks: 1024,
  start(port, values) {
    let held: Chunk | undefined;
    const release = (at: Instant): void => {
      const chunk = held;
      held = undefined;
      if (chunk !== undefined) port.emit(chunk.bytes, at);
    };
    return {
      chunk(chunk) {
        const jitter = values.jitter > 0 ? port.random.below(values.jitter * 2) - values.jitter : 0;
        const due = (chunk.at + (values.latency + jitter) * 1_000) as Instant;
        if (due <= port.now()) {
          port.emit(chunk.bytes, Math.max(due, chunk.at) as Instant);
          return;
        }
        held = chunk;
        port.hit();
        port.emitAt(due, () => release(due));
      },
      interrupted: () => release(port.now()),
    };
  },
});
