import { readFile, writeFile } from 'node:fs/promises';
import type { JWK } from 'jose';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { HoldfastError } from '../../host/errors.ts';

/** Private signing keys, the signing one first. */
export interface SigningKeys {
  readonly keys: readonly JWK[];
}

/** One new ES256 key: a signature costs a tenth of RSA's. Its id is its thumbprint. */
export async function newSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, alg: 'ES256', use: 'sig', kid: await calculateJwkThumbprint(jwk) };
}

/**
 * Keys from a file, so that a restarted token service signs as before; the file is made (mode 0600) when it is not there.
 * Without a file, fresh ones.
 * @throws HoldfastError ERR_KEYS_FILE when the file is there but holds no keys, or cannot be read or made
 */
export async function loadSigningKeys(file: string | undefined): Promise<SigningKeys> {
  if (file === undefined) return { keys: [await newSigningKey()] };
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw noKeysFile(file, 'read', cause);
    const fresh = { keys: [await newSigningKey()] };
    await writeFile(file, JSON.stringify(fresh), { mode: 0o600, flag: 'wx' }).catch((error: unknown) => {
      throw noKeysFile(file, 'made', error);
    });
    return fresh;
  }
  try {
    const read = JSON.parse(text) as { keys?: JWK[] };
    if (!Array.isArray(read.keys) || read.keys.length === 0 || read.keys.some(({ kid, d }) => !kid || !d))
      throw new Error();
    return { keys: read.keys };
  } catch (cause) {
    throw new HoldfastError('ERR_KEYS_FILE', `${file} holds no signing keys`, {
      facts: { file },
      hint: 'Delete it to have new keys made, or give a JWKS with private keys and ids.',
      cause,
    });
  }
}

function noKeysFile(file: string, how: 'read' | 'made', cause: unknown): HoldfastError {
  return new HoldfastError('ERR_KEYS_FILE', `the signing keys cannot be ${how}: ${(cause as Error).message}`, {
    facts: { file },
    hint: 'keysFile names a file, in a folder that is there and that the token service may write to.',
    cause,
  });
}

/** The public part, as published. `wrong`: other keys under the same ids (a fault). */
export async function publicKeys(keys: SigningKeys, wrong: boolean): Promise<{ keys: JWK[] }> {
  const published: JWK[] = [];
  for (const key of keys.keys) {
    const { d: _private, ...rest } = wrong ? { ...(await newSigningKey()), kid: key.kid as string } : key;
    published.push(rest);
  }
  return { keys: published };
}
