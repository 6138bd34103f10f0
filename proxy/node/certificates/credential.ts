import { createPrivateKey, X509Certificate } from 'node:crypto';
import { HoldfastError } from '../../host/errors.ts';
import type { Credential } from './authority.ts';

/** A PEM text, and where it came from, as a reader would look for it. */
export interface PemSource {
  readonly text: string;
  /** In words: `front certificate`. */
  readonly what: string;
  /** Path of its file; undefined: it stands in the configuration itself. */
  readonly file: string | undefined;
}

/**
 * A certificate and the key that belongs to it, as they are given to TLS, which would say only that one of the two is
 * wrong, and a tunnel only when it is dialled.
 * @throws HoldfastError ERR_CERTIFICATE with the file and OpenSSL's reason
 */
export function usableCredential(cert: PemSource, key: PemSource): Credential {
  const certificate = parsed(cert, (text) => new X509Certificate(text));
  const secret = parsed(key, createPrivateKey);
  if (!certificate.checkPrivateKey(secret)) {
    throw unusable(key, `it does not belong to the ${placed(cert)}`, 'Give the key that the certificate was made for.');
  }
  return { cert: cert.text, key: key.text };
}

/**
 * PEM text of an authority, which TLS would pass over in silence if it were none.
 * @throws HoldfastError ERR_CERTIFICATE
 */
export function usableAuthority(source: PemSource): string {
  parsed(source, (text) => new X509Certificate(text));
  return source.text;
}

function parsed<T>(source: PemSource, parse: (text: string) => T): T {
  try {
    return parse(source.text);
  } catch (error) {
    const hint = 'Give the file in PEM form: it has a line -----BEGIN …----- in it; a key must not be encrypted.';
    throw unusable(source, (error as Error).message, hint, error);
  }
}

function unusable(source: PemSource, why: string, hint: string, cause?: unknown): HoldfastError {
  return new HoldfastError('ERR_CERTIFICATE', `the ${placed(source)} is not usable: ${why}`, {
    facts: { what: source.what, ...(source.file === undefined ? {} : { file: source.file }) },
    hint,
    cause,
  });
}

const placed = ({ what, file }: PemSource): string => `${what} (${file ?? 'given in the configuration itself'})`;
