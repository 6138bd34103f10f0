import type { Exchange, IdentityPort } from '../../token/identity-port.ts';

const absent: Promise<Exchange<never>> = Promise.resolve({
  kind: 'unreachable',
  detail: 'no token service configured',
});

/** The identity port of a service whose applications are all passed through. */
export const absentTokenService: IdentityPort = {
  metadata: () => absent,
  keys: () => absent,
  authorizationUrl: () => '',
  redeem: () => absent,
  refresh: () => absent,
  verify: async () => undefined,
};
