import { int } from '../attribute.ts';
import { defineToxic } from '../toxic-type.ts';

export const limitData = defineToxic({
  type: 'limit_data',
  extension: false,
  destructive: true,
  summary:
    'Passes exactly `bytes` bytes per connection, then closes it. The count survives updates; lowering the limit below the count closes on the next chunk.',
  attributes: { bytes: int({ unit: 'bytes', doc: 'How many bytes may pass; 0 closes on the first chunk.' }) },
  memory: () => ({ passed: 0 }),
  start: (port, values) => ({
    chunk(chunk) {
      const left = Math.max(0, values.bytes - port.memory.passed);
      const part = chunk.bytes.subarray(0, Math.min(left, chunk.bytes.length));
      port.memory.passed += part.length;
      if (part.length > 0) port.emit(part, chunk.at);
      if (port.memory.passed >= values.bytes) port.finish('close');
    },
  }),
});
