import type { Instant } from '../../../proxy/host/units.ts';
import { int } from '../attribute.ts';
import { isInterim } from '../http/body-length.ts';
import { onHttpHeads } from '../http/head-effect.ts';
import { defineToxic } from '../toxic-type.ts';

export const httpSlowHeaders = defineToxic({
  type: 'http_slow_headers',
  extension: true,
  destructive: false,
  summary: 'Delivers the head of each HTTP/1 message line by line, `delay` before every line. Other bytes pass.',
  attributes: { delay: int({ unit: 'ms', fallback: 100, doc: 'Wait before each line of the head.' }) },
  start(port, values) {
    let rest: Buffer = Buffer.alloc(0);
    let headLeft = 0;
    /** True when another head may stand behind this one. */
    let interim = false;
    const next = (due: Instant): void => {
      port.emitAt(due, () => {
        const end = rest.indexOf('\n') + 1;
        const last = end >= headLeft;
        // The empty line ends the head and brings the rest with it.
        const take = last && !interim ? rest.length : end;
        const line = rest.subarray(0, take);
        rest = rest.subarray(take);
        headLeft -= take;
        port.emit(line, due);
        if (last && interim) {
          const behind = rest;
          rest = Buffer.alloc(0);
          effect.chunk({ bytes: behind, at: due });
        } else if (rest.length > 0) next((due + values.delay * 1_000) as Instant);
      });
    };
    const effect = onHttpHeads(port, ({ head, bytes }) => {
      port.hit();
      rest = bytes;
      headLeft = head.length;
      interim = isInterim(head);
      next((port.now() + values.delay * 1_000) as Instant);
      return undefined;
    });
    return {
      ...effect,
      interrupted() {
        if (rest.length > 0) port.emit(rest, port.now());
        rest = Buffer.alloc(0);
        effect.interrupted?.();
      },
    };
  },
});
