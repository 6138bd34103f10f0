import { keyToPem, newKeys, signing } from './algorithm.ts';
import { Name, Pkcs10CertificateRequestGenerator } from './x509.ts';

/** A certificate request (PKCS#10, PEM) with its fresh private key, which never leaves this machine. */
export async function createRequest(name: string): Promise<{ readonly csr: string; readonly key: string }> {
  const keys = await newKeys();
  const csr = await Pkcs10CertificateRequestGenerator.create({
    name: new Name([{ CN: [name] }]).toString(),
    keys,
    signingAlgorithm: signing,
  });
  return { csr: csr.toString('pem'), key: await keyToPem(keys.privateKey) };
}
