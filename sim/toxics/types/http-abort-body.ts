import type { Instant } from '../../../proxy/host/units.ts';
import { flag, int } from '../attribute.ts';
import { bodyLength } from '../http/body-length.ts';
import { type HttpMessage, onHttpHeads } from '../http/head-effect.ts';
import { defineToxic } from '../toxic-type.ts';

/** The message that is under way. */
interface Progress {
  /** Bytes of its body still to come; 0 between messages, Infinity where only the next head tells. */
  toCome: number;
  /** How many of them may still pass. */
  left: number;
  /** True until the first of them came: the answer to HEAD has none, and the next head may stand there. */
  atHead: boolean;
}

export const httpAbortBody = defineToxic({
  type: 'http_abort_body',
  extension: true,
  destructive: true,
  summary:
    'Passes the head of an HTTP/1 message and `bytes` bytes of its body, then ends the connection. A message whose body is no longer passes whole, and the next one is counted anew. Other bytes pass until a message begins.',
  attributes: {
    bytes: int({ unit: 'bytes', min: 0, doc: 'How much of the body passes; of a chunked one as it is sent.' }),
    reset: flag({ doc: 'End with RST instead of a close.' }),
  },
  memory: (): Progress => ({ toCome: 0, left: 0, atHead: false }),
  start(port, values) {
    const { memory } = port;
    // Before a change that let the toxic act again, bytes may have passed unseen.
    memory.atHead = true;
    const begin = ({ head, bytes, at }: HttpMessage): Buffer => {
      memory.toCome = bodyLength({ head, bytes, at });
      memory.left = values.bytes;
      memory.atHead = true;
      port.emit(bytes.subarray(0, head.length), at);
      return passBody(bytes.subarray(head.length), at);
    };
    /** Deals with the body that is under way and gives back what stands behind it. */
    const passBody = (bytes: Buffer, at: Instant): Buffer => {
      if (bytes.length === 0 || memory.toCome === 0) return bytes;
      const body = bytes.subarray(0, Math.min(memory.toCome, bytes.length));
      port.emit(body.subarray(0, Math.min(memory.left, body.length)), at);
      if (body.length > memory.left) port.finish(values.reset ? 'reset' : 'close');
      memory.left -= Math.min(memory.left, body.length);
      memory.toCome -= body.length;
      memory.atHead = false;
      return bytes.subarray(body.length);
    };
    const effect = onHttpHeads(port, begin, (bytes, at) => {
      if (memory.toCome > 0) return passBody(bytes, at);
      port.emit(bytes, at);
      return undefined;
    });
    return {
      ...effect,
      chunk({ bytes, at }) {
        // Within a body of known length nothing is a head, whatever it looks like.
        const certain = memory.toCome > 0 && memory.toCome < Infinity && !memory.atHead;
        const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
        const behind = certain ? passBody(view, at) : view;
        if (behind.length > 0) effect.chunk({ bytes: behind, at });
      },
    };
  },
});
