import type { Instant } from '../../../proxy/host/units.ts';
import { int } from '../attribute.ts';
import { defineToxic } from '../toxic-type.ts';

export const limitTime = defineToxic({
  type: 'limit_time',
  extension: true,
  destructive: true,
  summary: 'Data flows as usual, and `time` after the toxic first acted on a connection that connection is closed.',
  attributes: { time: int({ unit: 'ms', doc: 'How long the connection may live; updates do not start it again.' }) },
  memory: () => ({ since: undefined as Instant | undefined }),
  start(port, values) {
    port.memory.since ??= port.now();
    let ended = false;
    port.later((port.memory.since + values.time * 1_000) as Instant, () =>
      ended ? port.close() : port.finish('close'),
    );
    return {
      chunk: (chunk) => port.emit(chunk.bytes, chunk.at),
      end(ending) {
        ended = true;
        port.passOn(ending);
      },
    };
  },
});
