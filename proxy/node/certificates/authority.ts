import { isIP } from 'node:net';
import { HoldfastError } from '../../host/errors.ts';
import { keyFromPem, keyToPem, newKeys, newSerial, signing } from './algorithm.ts';
import { backdateMs } from './validity.ts';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from './x509.ts';

/** A certificate and its private key, PEM. */
export interface Credential {
  readonly cert: string;
  readonly key: string;
}

interface Life {
  readonly lifeMs: number;
  /** Epoch milliseconds of the issuer's clock; default Date.now(). */
  readonly now?: number;
}

const from = (life: Life): { notBefore: Date; notAfter: Date } => {
  const now = life.now ?? Date.now();
  return { notBefore: new Date(now - backdateMs), notAfter: new Date(now + life.lifeMs) };
};

/** A distinguished name from data, never from text: a name with commas or equals signs stays one name. */
const common = (name: string): Name => new Name([{ CN: [name] }]);

/** A certificate authority that signs end certificates only (path length 0). */
export async function createAuthority(name: string, life: Life): Promise<Credential> {
  const keys = await newKeys();
  const cert = await X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: common(name).toString(),
    ...from(life),
    signingAlgorithm: signing,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: cert.toString('pem'), key: await keyToPem(keys.privateKey) };
}

/** A server certificate for the given DNS names and IP addresses; the first is its common name. */
export async function issueServer(authority: Credential, names: readonly string[], life: Life): Promise<Credential> {
  const keys = await newKeys();
  const alternatives = names.map((name) => ({
    type: isIP(name) === 0 ? ('dns' as const) : ('ip' as const),
    value: name,
  }));
  const cert = await sign(authority, keys.publicKey, names[0] ?? 'localhost', ExtendedKeyUsage.serverAuth, life, [
    new SubjectAlternativeNameExtension(alternatives),
  ]);
  return { cert, key: await keyToPem(keys.privateKey) };
}

/** A client certificate with a fresh key, for tests and for parts that live beside the authority. */
export async function issueClient(authority: Credential, name: string, life: Life): Promise<Credential> {
  const keys = await newKeys();
  const cert = await sign(authority, keys.publicKey, name, ExtendedKeyUsage.clientAuth, life, []);
  return { cert, key: await keyToPem(keys.privateKey) };
}

/** What is wrong with a connector's certificate request (ERR_CSR); undefined: it can be signed. */
export async function requestProblem(csr: string): Promise<HoldfastError | undefined> {
  const request = await readRequest(csr);
  return request instanceof HoldfastError ? request : undefined;
}

/**
 * Signs a connector's request as a client certificate for `name`. What the request asks for (subject, extensions) is
 * ignored: only its public key counts, and that its sender holds the private key. ERR_CSR otherwise.
 */
export async function signRequest(authority: Credential, csr: string, name: string, life: Life): Promise<string> {
  const request = await readRequest(csr);
  if (request instanceof HoldfastError) throw request;
  return sign(authority, await request.publicKey.export(), name, ExtendedKeyUsage.clientAuth, life, []);
}

async function readRequest(csr: string): Promise<Pkcs10CertificateRequest | HoldfastError> {
  try {
    const request = new Pkcs10CertificateRequest(csr);
    const algorithm = request.publicKey.algorithm as { name: string; namedCurve?: string };
    if (algorithm.name !== 'ECDSA' || algorithm.namedCurve !== 'P-256' || !(await request.verify())) {
      throw new Error('key type or signature');
    }
    return request;
  } catch (error) {
    return new HoldfastError('ERR_CSR', 'the certificate request is not valid', {
      hint: 'Send a PKCS#10 request in PEM, signed with its own ECDSA P-256 key.',
      cause: error,
    });
  }
}

async function sign(
  authority: Credential,
  publicKey: Awaited<ReturnType<typeof newKeys>>['publicKey'],
  name: string,
  usage: ExtendedKeyUsage,
  life: Life,
  more: readonly Extension[],
): Promise<string> {
  const issuer = new X509Certificate(authority.cert);
  const cert = await X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: common(name).toString(),
    issuer: issuer.subject,
    ...from(life),
    signingAlgorithm: signing,
    publicKey,
    signingKey: await keyFromPem(authority.key),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([usage]),
      await SubjectKeyIdentifierExtension.create(publicKey),
      ...more,
    ],
  });
  return cert.toString('pem');
}
