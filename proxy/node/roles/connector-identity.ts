import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { HoldfastError, invariant } from '../../host/errors.ts';
import type { Host } from '../../host/host.ts';
import { type Micros, micros } from '../../host/units.ts';
import { usableAuthority, usableCredential } from '../certificates/credential.ts';
import { makePrivateFolder, writePrivate } from '../certificates/private-file.ts';
import { backdateMs, validity } from '../certificates/validity.ts';
import type { TlsIdentity } from '../tunnel/dial.ts';
import type { ConnectorRoleConfig } from './connector-schema.ts';
import type { ReadConfig } from './read-config.ts';

/** Between renewals, however short the certificates live. */
const leastBetweenMs = 1000;
/** After a renewal that failed. */
const retryAfter = micros(60_000_000);

/** Loaded only by who enrols or renews: the certificate library is much of a connector's start, and so of its way back from a crash. */
const enrolling = (): Promise<typeof import('../certificates/enrol.ts')> => import('../certificates/enrol.ts');

/** A connector's certificate: as configured, or from enrolment, kept in a private file and renewed at two thirds of its life. */
export class ConnectorIdentity {
  current: TlsIdentity;
  readonly #read: ReadConfig<ConnectorRoleConfig>;

  private constructor(read: ReadConfig<ConnectorRoleConfig>, current: TlsIdentity) {
    this.#read = read;
    this.current = current;
  }

  /** Undefined: the connector runs without certificates. ERR_FILE, ERR_CERTIFICATE, ERR_IDENTITY_FILE, ERR_ENROL. */
  static async get(read: ReadConfig<ConnectorRoleConfig>): Promise<ConnectorIdentity | undefined> {
    const { tls } = read.config;
    if (tls === null) return undefined;
    if (tls === undefined) return new ConnectorIdentity(read, await enrolled(read));
    return new ConnectorIdentity(read, {
      ...read.credential(tls, 'connector'),
      ca: read.authority(tls.ca, 'authority of the service'),
    });
  }

  /** Renews for as long as the host's clock runs; only certificates from enrolment. Dials after a renewal show the new one. */
  keepFresh(host: Host): void {
    const { enrolment, connectorId, outboundProxy } = this.#read.config;
    if (enrolment === undefined || this.#read.config.tls !== undefined) return;
    const attempt = async (): Promise<void> => {
      try {
        const ca = this.#read.authority(enrolment.ca, 'authority of the admin endpoint');
        const { renew } = await enrolling();
        this.current = await renew({ url: enrolment.url, ca, connectorId, outboundProxy }, this.current);
        writePrivate(identityFile(this.#read), JSON.stringify(this.current));
        host.log.event('info', 'certificate.renewed', { connector: connectorId });
        schedule(this.#untilRenewal(host));
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        host.log.event('warn', 'certificate.not-renewed', { connector: connectorId, detail });
        schedule(retryAfter);
      }
    };
    const schedule = (span: Micros): void => void host.clock.timeout(span, () => void attempt());
    schedule(this.#untilRenewal(host));
  }

  #untilRenewal(host: Host): Micros {
    const { from, to } = validity(this.current.cert);
    const issued = from + backdateMs;
    const due = issued + ((to - issued) * 2) / 3 - host.clock.wall();
    return micros(Math.max(leastBetweenMs, due) * 1000);
  }
}

function identityFile(read: ReadConfig<ConnectorRoleConfig>): string {
  return path.join(read.path(read.config.enrolment?.folder ?? '.'), 'identity.json');
}

/** What an enrolment or renewal left. ERR_IDENTITY_FILE: damaged, or another file in its place. */
function keptIdentity(file: string): TlsIdentity {
  try {
    const { cert, key, ca } = JSON.parse(readFileSync(file, 'utf8')) as Partial<TlsIdentity>;
    const pem = (what: string, text: string | undefined) => ({ what, text: String(text), file });
    const pair = usableCredential(pem('certificate', cert), pem('key', key));
    return { ...pair, ca: usableAuthority(pem('authority', ca)) };
  } catch (error) {
    throw new HoldfastError('ERR_IDENTITY_FILE', `${file} holds no identity: ${(error as Error).message}`, {
      facts: { file },
      hint: 'Restore it from a copy, or delete it and put a new one-time token into enrolment.token: it then enrols anew.',
      cause: error,
    });
  }
}

async function enrolled(read: ReadConfig<ConnectorRoleConfig>): Promise<TlsIdentity> {
  const { enrolment, connectorId, outboundProxy } = read.config;
  invariant(enrolment !== undefined, 'the schema asks for tls or enrolment');
  const file = identityFile(read);
  if (existsSync(file)) {
    const kept = keptIdentity(file);
    // A connector that was off for too long enrols anew, if it was given another token.
    if (validity(kept.cert).to > Date.now() || enrolment.token === undefined) return kept;
  }
  if (enrolment.token === undefined) {
    throw new HoldfastError(
      'ERR_ENROL',
      `${connectorId} has no certificate in ${enrolment.folder} and no token to get one`,
      {
        facts: { connector: connectorId, folder: enrolment.folder },
        hint: `Make one where the service is (holdfast enrolment-token ${connectorId} --config FILE) and put it into enrolment.token.`,
      },
    );
  }
  const ca = read.authority(enrolment.ca, 'authority of the admin endpoint');
  const { enrol } = await enrolling();
  // before the token is spent
  makePrivateFolder(path.dirname(file));
  const identity = await enrol({ url: enrolment.url, ca, token: enrolment.token, connectorId, outboundProxy });
  writePrivate(file, JSON.stringify(identity));
  return identity;
}
