import { createPrivateKey, sign, verify, X509Certificate } from 'node:crypto';
import { validity } from './validity.ts';

/**
 * Proof that who asks for a new certificate holds the key of the old one: a signature over the new request. ECDSA with
 * SHA-256, base64.
 */
export function proveRenewal(key: string, csr: string): string {
  return sign('sha256', Buffer.from(csr), createPrivateKey(key)).toString('base64');
}

/**
 * The name in `cert` when it was issued by `authority`, is valid at `now` (epoch milliseconds) and its key made `proof`;
 * undefined otherwise. An expired certificate cannot be renewed: that connector enrols anew.
 */
export function renewalName(
  authority: string,
  cert: string,
  csr: string,
  proof: string,
  now: number,
): string | undefined {
  try {
    const issuer = new X509Certificate(authority);
    const own = new X509Certificate(cert);
    if (own.ca || !own.checkIssued(issuer) || !own.verify(issuer.publicKey)) return undefined;
    const { from, to } = validity(cert);
    if (now < from || now >= to) return undefined;
    if (!verify('sha256', Buffer.from(csr), own.publicKey, Buffer.from(proof, 'base64'))) return undefined;
    const name: unknown = own.toLegacyObject().subject.CN;
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    return undefined;
  }
}
