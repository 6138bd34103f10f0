import { float } from '../attribute.ts';
import { defineToxic } from '../toxic-type.ts';

export const packetLoss = defineToxic({
  type: 'packet_loss',
  extension: true,
  destructive: true,
  summary:
    'Drops chunks (at most 32 KiB each). Bytes vanish from the middle of the stream, which kills TLS and confuses HTTP; real TCP loss looks like `latency` with jitter instead.',
  attributes: {
    loss_rate: float({ min: 0, max: 1, fallback: 0.1, doc: 'Probability that a chunk is dropped.' }),
    correlation: float({ min: 0, max: 1, fallback: 0, doc: 'Added to loss_rate right after a dropped chunk: bursts.' }),
  },
  memory: () => ({ lost: false }),
  start: (port, values) => ({
    chunk(chunk) {
      const chance = values.loss_rate + (port.memory.lost ? values.correlation : 0);
      port.memory.lost = port.random.next() < chance;
      if (port.memory.lost) port.hit();
      else port.emit(chunk.bytes, chunk.at);
    },
  }),
});
