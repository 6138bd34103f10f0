import type { Chunk } from '../engine/chunk.ts';
import { defineToxic } from '../toxic-type.ts';

export const freeze = defineToxic({
  type: 'freeze',
  extension: true,
  destructive: false,
  summary:
    'Stops reading from the sender, so that its buffers fill and its writes block: a process that hangs with its sockets open. Everything is delivered once it is removed.',
  attributes: {},
  stays: true,
  // Zero: the sender waits from the start, not only when something is held.
  bufferChunks: 0,
  start(port) {
    port.hit();
    let held: Chunk | undefined;
    return {
      chunk(chunk) {
        held = chunk;
        port.holdForever();
      },
      end: () => port.holdForever(),
      interrupted() {
        if (held !== undefined) port.emit(held.bytes, port.now());
        held = undefined;
      },
    };
  },
});
