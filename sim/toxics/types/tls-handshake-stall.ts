import type { Instant } from '../../../proxy/host/units.ts';
import { int } from '../attribute.ts';
import type { Chunk } from '../engine/chunk.ts';
import { defineToxic } from '../toxic-type.ts';

/** TLS record type 22, handshake, protocol version 3.x (RFC 8446, 5.1). */
function isHandshake(bytes: Uint8Array): boolean {
  return bytes[0] === 22 && (bytes.length < 2 || bytes[1] === 3);
}

export const tlsHandshakeStall = defineToxic({
  type: 'tls_handshake_stall',
  extension: true,
  destructive: false,
  summary:
    'TCP connects, then the TLS handshake hangs: the first bytes of its direction wait for `delay` when they are a handshake record. `downstream` holds the ServerHello, `upstream` the ClientHello. Other protocols pass.',
  attributes: { delay: int({ unit: 'ms', doc: 'How long; 0 or less until the toxic is changed or removed.' }) },
  stays: true,
  memory: () => ({ begun: false }),
  start(port, values) {
    let held: Chunk | undefined;
    const release = (): void => {
      const chunk = held;
      held = undefined;
      if (chunk !== undefined) port.emit(chunk.bytes, port.now());
    };
    return {
      chunk(chunk) {
        const first = !port.memory.begun;
        port.memory.begun = true;
        if (!first || !isHandshake(chunk.bytes)) {
          port.emit(chunk.bytes, chunk.at);
          return;
        }
        held = chunk;
        port.hit();
        if (values.delay > 0) port.emitAt((port.now() + values.delay * 1_000) as Instant, release);
        else port.holdForever();
      },
      interrupted: release,
    };
  },
});
