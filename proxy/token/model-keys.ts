import type { Crypto } from '../host/host.ts';
import type { EpochMs } from '../host/units.ts';
import type { KeySet, VerifiedIdentity } from './identity-port.ts';

/** What an ID token of the model says; the claims that matter, times in whole seconds as in a JWT. */
export interface ModelClaims {
  readonly iss: string;
  readonly aud: string;
  readonly sub: string;
  readonly nonce: string;
  readonly iat: number;
  readonly exp: number;
}

/** Seconds by which the clocks of issuer and service may differ (Microsoft's libraries: 5 minutes). */
export const clockToleranceSeconds = 300;

/** Signing keys of the model: one signs, one or two are published. */
export class ModelKeys {
  readonly #crypto: Crypto;
  #ordinal = 1;
  #published: readonly number[] = [1];

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
  }

  /** From now on a new key signs. `keepOld`: the last one stays published, as in an orderly rollover. */
  roll(keepOld: boolean): void {
    const old = this.#ordinal++;
    this.#published = keepOld ? [this.#ordinal, old] : [this.#ordinal];
  }

  /** `wrong`: the same ids over other keys. */
  publish(wrong: boolean): KeySet {
    const keyIds = this.#published.map((n) => `key-${n}`);
    return { keyIds, raw: keyIds.map((id) => `${id}=${wrong ? 'wrong-' : ''}${id}`).join(' ') };
  }

  sign(claims: ModelClaims): { keyId: string; idToken: string } {
    const keyId = `key-${this.#ordinal}`;
    const text = JSON.stringify(claims);
    return { keyId, idToken: `${keyId}.${this.#crypto.sign(keyId, text)}.${text}` };
  }

  /** As a service would check it: signature by the published keys, issuer, audience, times. */
  verify(idToken: string, keys: KeySet, issuer: string, audience: string, now: EpochMs): VerifiedIdentity | undefined {
    const [keyId, signature] = idToken.split('.', 2) as [string, string | undefined];
    const key = keys.raw
      .split(' ')
      .map((entry) => entry.split('='))
      .find(([id]) => id === keyId)?.[1];
    if (key === undefined || signature === undefined) return undefined;
    const text = idToken.slice(keyId.length + signature.length + 2);
    if (!this.#crypto.verify(key, text, signature)) return undefined;
    const claims = JSON.parse(text) as ModelClaims;
    const seconds = now / 1000;
    if (claims.iss !== issuer || claims.aud !== audience) return undefined;
    if (seconds >= claims.exp + clockToleranceSeconds || seconds < claims.iat - clockToleranceSeconds) return undefined;
    return { user: claims.sub, expiresAt: (claims.exp * 1000) as EpochMs, nonce: claims.nonce };
  }
}
