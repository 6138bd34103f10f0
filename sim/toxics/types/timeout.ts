import type { Instant } from '../../../proxy/host/units.ts';
import { flag, int, optional } from '../attribute.ts';
import { defineToxic } from '../toxic-type.ts';

export const timeout = defineToxic({
  type: 'timeout',
  extension: false,
  destructive: true,
  summary:
    'Drops all data and closes the connection after `timeout`; with 0 it drops until removed. Removing it closes the connections it acted on.',
  attributes: {
    timeout: int({
      unit: 'ms',
      doc: 'Time to the close; starts again with every chunk dropped. Zero or less: never by itself.',
    }),
    fixed_deadline: optional(flag({ doc: 'Do not start the time again when data is dropped.' })),
  },
  start(port, values) {
    // Lateness is harmless here, so one timer is moved lazily instead of being replaced with every dropped chunk.
    let due = (port.now() + values.timeout * 1_000) as Instant;
    let ended = false;
    const check = (): void => {
      if (port.now() < due) port.later(due, check);
      else if (ended) port.close();
      else port.finish('close');
    };
    if (values.timeout > 0) port.later(due, check);
    return {
      chunk() {
        port.hit();
        if (values.fixed_deadline !== true) due = (port.now() + values.timeout * 1_000) as Instant;
      },
      end(ending) {
        ended = true;
        port.passOn(ending);
      },
      removed: () => port.close(),
    };
  },
});
