import type { Cancel } from '../../../proxy/host/cancel.ts';
import { seconds } from '../../../proxy/host/units.ts';
import type { Exchange, IdentityPort, KeySet, TokenSet } from '../../../proxy/token/identity-port.ts';

type Answer<T> = Exchange<T> | 'hang';

/** A token service that answers from lists; the last entry repeats. It counts what it was asked. */
export class ScriptedPort implements IdentityPort {
  readonly asked = { metadata: 0, keys: 0, redeem: 0, verify: 0 };
  metadataAnswers: Answer<null>[] = [{ kind: 'ok', value: null }];
  keysAnswers: Answer<KeySet>[] = [{ kind: 'ok', value: { keyIds: ['k1'], raw: 'k1' } }];
  redeemAnswers: Answer<null>[] = [{ kind: 'ok', value: null }];
  keyId = 'k1';
  user = 'ada@contoso.com';
  nonce = '';

  async metadata(cancel: Cancel): ReturnType<IdentityPort['metadata']> {
    const answer = await this.#next(this.metadataAnswers, this.asked.metadata++, cancel);
    const issuer = 'https://sts.test';
    if (answer.kind !== 'ok') return answer;
    return {
      kind: 'ok',
      value: {
        issuer,
        authorizationEndpoint: `${issuer}/auth`,
        tokenEndpoint: `${issuer}/token`,
        keysUri: `${issuer}/k`,
      },
    };
  }

  keys(_metadata: unknown, cancel: Cancel): Promise<Exchange<KeySet>> {
    return this.#next(this.keysAnswers, this.asked.keys++, cancel);
  }

  authorizationUrl(metadata: { authorizationEndpoint: string }, request: { state: string; nonce: string }): string {
    this.nonce = request.nonce;
    return `${metadata.authorizationEndpoint}?state=${request.state}`;
  }

  async redeem(...[, , , , cancel]: Parameters<IdentityPort['redeem']>): Promise<Exchange<TokenSet>> {
    const answer = await this.#next(this.redeemAnswers, this.asked.redeem++, cancel);
    if (answer.kind !== 'ok') return answer;
    return {
      kind: 'ok',
      value: { idToken: this.keyId, keyId: this.keyId, refreshToken: undefined, expiresIn: seconds(3600) },
    };
  }

  refresh(): Promise<Exchange<TokenSet>> {
    return Promise.resolve({ kind: 'timeout' });
  }

  /** Verifies when the raw keys name the signing key. */
  verify(...[, tokens, keys, now]: Parameters<IdentityPort['verify']>): ReturnType<IdentityPort['verify']> {
    this.asked.verify++;
    const good = keys.raw.split(' ').includes(tokens.idToken);
    return Promise.resolve(good ? { user: this.user, expiresAt: now, nonce: this.nonce } : undefined);
  }

  #next<T>(answers: Answer<T>[], n: number, cancel: Cancel): Promise<Exchange<T>> {
    const answer = answers[Math.min(n, answers.length - 1)] as Answer<T>;
    if (answer !== 'hang') return Promise.resolve(answer);
    return new Promise((resolve) => cancel.onCancel(() => resolve({ kind: 'timeout' })));
  }
}
