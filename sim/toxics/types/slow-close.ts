import type { Instant } from '../../../proxy/host/units.ts';
import { int } from '../attribute.ts';
import { defineToxic } from '../toxic-type.ts';

export const slowClose = defineToxic({
  type: 'slow_close',
  extension: false,
  destructive: false,
  summary: 'Data flows as usual; only the end of the direction is late. Removal while it waits ends it at once.',
  attributes: { delay: int({ unit: 'ms', doc: 'How much later the close is passed on.' }) },
  start: (port, values) => ({
    chunk: (chunk) => port.emit(chunk.bytes, chunk.at),
    end(ending) {
      if (values.delay > 0) port.hit();
      port.hold((port.now() + values.delay * 1_000) as Instant, () => port.finish(ending));
    },
  }),
});
