import type { JSONWebKeySet, JWTPayload } from 'jose';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import type { EpochMs } from '../../host/units.ts';
import type { KeySet, Metadata, TokenSet, VerifiedIdentity } from '../../token/identity-port.ts';
import { clockToleranceSeconds } from '../../token/model-keys.ts';

/** Asymmetric algorithms only: `none`, and HS256 with the public key as secret, are refused whatever a token says. */
export const signingAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];

/** Key id in a token's header, not verified; throws when it is no JWT or has none. */
export function keyIdOf(idToken: string): string {
  const { kid } = decodeProtectedHeader(idToken);
  if (typeof kid !== 'string' || kid === '') throw new TypeError('ID token without a key id');
  return kid;
}

/** Published keys from a JWKS text; throws when it is none. */
export function readKeySet(text: string): KeySet {
  const set = JSON.parse(text) as { keys?: unknown };
  if (!Array.isArray(set.keys)) throw new TypeError('JWKS without keys');
  const keyIds = set.keys.map((key: { kid?: unknown }) => key?.kid).filter((kid) => typeof kid === 'string');
  return { keyIds, raw: text };
}

const resolvers = new WeakMap<KeySet, ReturnType<typeof createLocalJWKSet>>();

/** The user a token names, once signature, issuer, audience and times hold against `now`; undefined when anything is wrong. */
export async function verifyIdToken(
  metadata: Metadata,
  clientId: string,
  userClaim: string,
  tokens: TokenSet,
  keys: KeySet,
  now: EpochMs,
): Promise<VerifiedIdentity | undefined> {
  try {
    let resolver = resolvers.get(keys);
    if (resolver === undefined) {
      resolver = createLocalJWKSet(JSON.parse(keys.raw) as JSONWebKeySet);
      resolvers.set(keys, resolver);
    }
    const { payload } = await jwtVerify(tokens.idToken, resolver, {
      algorithms: signingAlgorithms,
      issuer: metadata.issuer,
      audience: clientId,
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(now),
      requiredClaims: ['sub', 'iat', 'exp'],
    });
    return identityOf(payload, clientId, userClaim, now);
  } catch {
    return undefined;
  }
}

function identityOf(
  payload: JWTPayload,
  clientId: string,
  userClaim: string,
  now: EpochMs,
): VerifiedIdentity | undefined {
  const user = payload[userClaim];
  const { azp, exp, iat, nonce } = payload;
  if (typeof user !== 'string' || user === '' || exp === undefined || iat === undefined) return undefined;
  if (iat - clockToleranceSeconds > now / 1000) return undefined;
  // A token for several audiences says which of them it was made for (OpenID Connect Core 3.1.3.7).
  if (azp !== undefined && azp !== clientId) return undefined;
  if (Array.isArray(payload.aud) && payload.aud.length > 1 && azp === undefined) return undefined;
  return { user, expiresAt: (exp * 1000) as EpochMs, nonce: typeof nonce === 'string' ? nonce : undefined };
}
