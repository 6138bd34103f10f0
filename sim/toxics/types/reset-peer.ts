import type { Instant } from '../../../proxy/host/units.ts';
import { int } from '../attribute.ts';
import type { Chunk } from '../engine/chunk.ts';
import { defineToxic } from '../toxic-type.ts';

export const resetPeer = defineToxic({
  type: 'reset_peer',
  extension: false,
  destructive: true,
  summary:
    'Waits for the first data or close in its direction, then `timeout`, then resets the connection (RST) to both ends. Idle connections are left alone.',
  attributes: { timeout: int({ unit: 'ms', doc: 'Time between the first data or close and the reset.' }) },
  // The real server, too, waits its reset out when a toxic is added behind it.
  stays: true,
  start(port, values) {
    let held: Chunk | undefined;
    const arm = (): void => {
      port.hit();
      port.hold((port.now() + values.timeout * 1_000) as Instant, () => port.finish('reset'));
    };
    return {
      chunk(chunk) {
        held = chunk;
        arm();
      },
      end: arm,
      interrupted() {
        if (held !== undefined) port.emit(held.bytes, port.now());
        held = undefined;
      },
    };
  },
});
