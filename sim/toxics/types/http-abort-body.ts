import { flag, int } from '../attribute.ts';
import { onHttpHeads } from '../http/head-effect.ts';
import { defineToxic } from '../toxic-type.ts';

export const httpAbortBody = defineToxic({
  type: 'http_abort_body',
  extension: true,
  destructive: true,
  summary:
    'Passes the head of an HTTP/1 message and `bytes` bytes of its body, then ends the connection. Other bytes pass until a message begins.',
  attributes: {
    bytes: int({ unit: 'bytes', min: 0, doc: 'How much of the body passes.' }),
    reset: flag({ doc: 'End with RST instead of a close.' }),
  },
  memory: () => ({ left: -1 }),
  start(port, values) {
    const pass = (bytes: Buffer, at: Parameters<typeof port.emit>[1]): void => {
      const { left } = port.memory;
      port.emit(left < 0 ? bytes : bytes.subarray(0, left), at);
      if (left < 0) return;
      port.memory.left = left - Math.min(left, bytes.length);
      if (bytes.length > left) port.finish(values.reset ? 'reset' : 'close');
    };
    const effect = onHttpHeads(
      port,
      ({ head, bytes, at }) => {
        port.hit();
        if (port.memory.left < 0) port.memory.left = head.length + values.bytes;
        pass(bytes, at);
      },
      pass,
    );
    return {
      ...effect,
      chunk: (chunk) => (port.memory.left < 0 ? effect.chunk(chunk) : pass(Buffer.from(chunk.bytes), chunk.at)),
    };
  },
});
