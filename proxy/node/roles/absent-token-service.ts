import type { Exchange } from '../../token/identity-port.ts';
import type { LivePort } from '../identity/live-port.ts';

const absent: Promise<Exchange<never>> = Promise.resolve({
  kind: 'unreachable',
  detail: 'no token service configured',
});

/** The identity port of a service whose applications are all passed through. */
export const absentTokenService: LivePort = {
  metadata: () => absent,
  keys: () => absent,
  authorizationUrl: () => '',
  redeem: () => absent,
  refresh: () => absent,
  verify: async () => undefined,
  close: async () => {},
};
