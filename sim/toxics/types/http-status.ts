import { STATUS_CODES } from 'node:http';
import { int, text } from '../attribute.ts';
import { isInterim } from '../http/body-length.ts';
import { onHttpHeads } from '../http/head-effect.ts';
import { defineToxic } from '../toxic-type.ts';

export const httpStatus = defineToxic({
  type: 'http_status',
  extension: true,
  destructive: true,
  summary:
    'Answers with `status` and closes the connection. `upstream`: the request never reaches the server. `downstream`: the server did the work, and its answer is replaced. HTTP/1 only; other bytes pass.',
  attributes: {
    status: int({ min: 100, max: 999, fallback: 503, doc: 'Status of the answer.' }),
    body: text({ doc: 'Body of the answer, sent as text/plain.' }),
    retry_after: int({ unit: 's', min: 0, doc: 'Retry-After header; 0 sends none.' }),
  },
  start(port, values) {
    const answer = (method: string): Buffer => {
      const body = Buffer.from(values.body, 'utf8');
      const lines = [
        `HTTP/1.1 ${values.status} ${STATUS_CODES[values.status] ?? 'Status'}`,
        'Content-Type: text/plain; charset=utf-8',
        `Content-Length: ${body.length}`,
        ...(values.retry_after > 0 ? [`Retry-After: ${values.retry_after}`] : []),
        'Connection: close',
      ];
      const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
      return method === 'HEAD' ? head : Buffer.concat([head, body]);
    };
    return onHttpHeads(port, ({ head, bytes, at }) => {
      if (isInterim(head)) {
        port.emit(bytes.subarray(0, head.length), at);
        return bytes.subarray(head.length);
      }
      port.hit();
      if (head.kind === 'request') port.reply(answer(head.what));
      else port.emit(answer(''), at);
      port.finish('close');
      return undefined;
    });
  },
});
