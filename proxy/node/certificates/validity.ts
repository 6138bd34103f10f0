import { X509Certificate } from 'node:crypto';

/** Clocks of connectors may run behind: a certificate is valid from this long before it was made. */
export const backdateMs = 5 * 60_000;

/** Validity of a PEM certificate, epoch milliseconds; for renewal at two thirds of its life. */
export function validity(cert: string): { readonly from: number; readonly to: number } {
  const { validFrom, validTo } = new X509Certificate(cert);
  return { from: Date.parse(validFrom), to: Date.parse(validTo) };
}
