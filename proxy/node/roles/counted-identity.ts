import type { Exchange } from '../../token/identity-port.ts';
import type { LivePort } from '../identity/live-port.ts';

/** An identity port that counts exchanges which found no token service; they are few, so a wrapper costs nothing. */
export interface CountedIdentity extends LivePort {
  readonly refused: number;
}

/** The same port, counting exchanges that ended as `unreachable`. */
export function countedIdentity(port: LivePort): CountedIdentity {
  let refused = 0;
  const counted = async <T>(exchange: Promise<Exchange<T>>): Promise<Exchange<T>> => {
    const result = await exchange;
    if (result.kind === 'unreachable' || result.kind === 'broken') refused += 1;
    return result;
  };
  return {
    get refused() {
      return refused;
    },
    metadata: (cancel) => counted(port.metadata(cancel)),
    keys: (metadata, cancel) => counted(port.keys(metadata, cancel)),
    authorizationUrl: (metadata, request) => port.authorizationUrl(metadata, request),
    redeem: (metadata, code, codeVerifier, redirectUri, cancel) =>
      counted(port.redeem(metadata, code, codeVerifier, redirectUri, cancel)),
    refresh: (metadata, refreshToken, cancel) => counted(port.refresh(metadata, refreshToken, cancel)),
    verify: (metadata, tokens, keys, now) => port.verify(metadata, tokens, keys, now),
    close: () => port.close(),
  };
}
