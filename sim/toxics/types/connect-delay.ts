import { int } from '../attribute.ts';
import { defineToxic } from '../toxic-type.ts';

export const connectDelay = defineToxic({
  type: 'connect_delay',
  extension: true,
  destructive: false,
  summary:
    'Dials the upstream `delay` after the client was accepted. The client’s own connect succeeds at once, as TCP cannot be accepted late; its first answer is what comes late.',
  attributes: { delay: int({ unit: 'ms', doc: 'Time between accept and dial.' }) },
  admit: (values) => ({ kind: 'delay', ms: values.delay }),
  // A connection it delayed was noted as hit before the dial; on a live connection there is nothing to do.
  start: (port) => ({ chunk: (chunk) => port.emit(chunk.bytes, chunk.at) }),
});
