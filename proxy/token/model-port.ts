import type { Crypto } from '../host/host.ts';
import { exchangeSizes } from './exchange-sizes.ts';
import type { IdentityPort } from './identity-port.ts';
import type { TokenHop, TokenServiceModel } from './model.ts';

/**
 * The model behind the same port as the live client. The S256 of PKCE is a keyed hash here: nobody in virtual time can look
 * through it, and no hash function has to cross the seam.
 */
export function modelPort(model: TokenServiceModel, hop: TokenHop, crypto: Crypto): IdentityPort {
  const { issuer, clientId } = model.options;
  const challengeOf = (verifier: string): string => crypto.sign('pkce', verifier);
  return {
    metadata: (cancel) =>
      model.exchange(hop, cancel, exchangeSizes.metadata, () => ({
        kind: 'ok',
        value: {
          issuer,
          authorizationEndpoint: `${issuer}/auth`,
          tokenEndpoint: `${issuer}/token`,
          keysUri: `${issuer}/jwks`,
        },
      })),
    keys: (_metadata, cancel) =>
      model.exchange(hop, cancel, exchangeSizes.keys, (fate) => ({
        kind: 'ok',
        value: model.keys.publish(fate.wrongKeys),
      })),
    authorizationUrl(metadata, request) {
      const query = new URLSearchParams({
        client_id: clientId,
        response_type: 'code',
        scope: 'openid',
        redirect_uri: request.redirectUri,
        state: request.state,
        nonce: request.nonce,
        code_challenge: challengeOf(request.codeVerifier),
        code_challenge_method: 'S256',
      });
      if (request.prompt !== undefined) query.set('prompt', request.prompt);
      return `${metadata.authorizationEndpoint}?${query}`;
    },
    redeem: (_metadata, code, codeVerifier, redirectUri, cancel) =>
      model.exchange(hop, cancel, exchangeSizes.redeem, () =>
        model.redeem(code, challengeOf(codeVerifier), redirectUri),
      ),
    refresh: (_metadata, refreshToken, cancel) =>
      model.exchange(hop, cancel, exchangeSizes.refresh, () => model.refresh(refreshToken)),
    verify: (metadata, tokens, keys, now) =>
      Promise.resolve(model.keys.verify(tokens.idToken, keys, metadata.issuer, clientId, now)),
  };
}
