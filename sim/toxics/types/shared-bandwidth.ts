import type { Instant } from '../../../proxy/host/units.ts';
import { int } from '../attribute.ts';
import { defineToxic } from '../toxic-type.ts';
import { metered } from './bandwidth.ts';

export const sharedBandwidth = defineToxic({
  type: 'shared_bandwidth',
  extension: true,
  destructive: false,
  summary: 'Limits all connections of the proxy together to `rate`; they take turns, piece by piece.',
  attributes: {
    rate: int({ unit: 'KB/s', doc: '1 KB is 1000 bytes; for all connections in this direction.', min: 0 }),
  },
  bufferChunks: 4,
  shared: () => ({ free: 0 as Instant }),
  // Short pieces, so that many connections still see each other's turns as a slow line and not as pauses.
  start: (port, values) => metered(port, values.rate, port.shared, 10),
});
