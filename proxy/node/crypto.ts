import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Crypto } from '../host/host.ts';

const ivBytes = 12;
const tagBytes = 16;
/** Derived keys kept; a service uses a handful of named keys, and a flood of names must not grow memory. */
const keptKeys = 64;

/** Two 256-bit keys per key name, separated by purpose, derived from the secret of the deployment. */
class KeyRing {
  readonly #secret: string;
  readonly #keys = new Map<string, Buffer>();

  constructor(secret: string) {
    this.#secret = secret;
  }

  get(purpose: 'seal' | 'sign', key: string): Buffer {
    const name = `${purpose}:${key}`;
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const derived = createHmac('sha256', this.#secret).update(`holdfast/1/${name}`).digest();
    if (this.#keys.size >= keptKeys) this.#keys.clear();
    this.#keys.set(name, derived);
    return derived;
  }
}

/**
 * AES-256-GCM and HMAC-SHA-256 over node:crypto. Keys go by name (`session`) as the seam says; what makes them unguessable is
 * `secret` (at least 128 bits: `randomId(32)`, no pass phrase), shared by all parts that must read each other's seals.
 * Without one it is drawn anew, so nothing sealed outlives the process. Sealed text is base64url of iv(12) | tag(16) | cipher text.
 */
export function nodeCrypto(secret: string = randomBytes(32).toString('base64url')): Crypto {
  const ring = new KeyRing(secret);
  const hmac = (key: string, text: string): Buffer => createHmac('sha256', ring.get('sign', key)).update(text).digest();
  return {
    seal(key, context, text) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', ring.get('seal', key), iv);
      cipher.setAAD(Buffer.from(context));
      const body = cipher.update(text, 'utf8');
      const end = cipher.final();
      return Buffer.concat([iv, cipher.getAuthTag(), body, end]).toString('base64url');
    },
    open(key, context, sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      // base64url decoding is lenient; only the one canonical spelling of the bytes is accepted.
      if (bytes.length < ivBytes + tagBytes || bytes.toString('base64url') !== sealed) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', ring.get('seal', key), bytes.subarray(0, ivBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
      try {
        const body = decipher.update(bytes.subarray(ivBytes + tagBytes));
        return Buffer.concat([body, decipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
    sign: (key, text) => hmac(key, text).toString('base64url'),
    verify(key, text, signature) {
      const given = Buffer.from(signature, 'base64url');
      const wanted = hmac(key, text);
      if (given.length !== wanted.length || given.toString('base64url') !== signature) return false;
      return timingSafeEqual(given, wanted);
    },
    randomId: (bytes) => randomBytes(bytes).toString('base64url'),
  };
}
