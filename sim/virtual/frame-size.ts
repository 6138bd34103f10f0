import type { Frame } from '../../proxy/host/frame.ts';
import type { HeaderPairs } from '../../proxy/host/message.ts';

/** Frame header and TLS record: what a frame costs on the wire beyond its content, bytes. */
const overhead = 40;

/**
 * Bytes of a frame on the wire, close enough for bandwidth: contents exactly, framing by a constant. Not `exact`: heads
 * are taken as their framing alone, which is enough to bound buffers.
 */
export function frameSize(frame: Frame, exact: boolean): number {
  switch (frame.type) {
    case 'request': {
      const { head } = frame;
      if (!exact) return overhead + (frame.first?.bytes ?? 0);
      const text = head.method.length + head.host.length + head.target.length + head.user.length;
      return overhead + text + headersSize(head.headers) + (frame.first?.bytes ?? 0);
    }
    case 'response':
      return overhead + (exact ? headersSize(frame.headers) : 0) + (frame.first?.bytes ?? 0);
    case 'data':
      return overhead + frame.chunk.bytes;
    case 'config':
      return overhead + frame.json.length;
    default:
      return overhead;
  }
}

/** Name, value, and two lengths per field. */
export function headersSize(headers: HeaderPairs): number {
  let bytes = 0;
  for (const [name, value] of headers) bytes += name.length + value.length + 4;
  return bytes;
}
