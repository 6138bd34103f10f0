import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { HoldfastError } from '../../host/errors.ts';
import { redirectUri } from '../../policy/own-paths.ts';
import { createAuthority, issueServer } from '../certificates/authority.ts';
import { enrolmentTokens } from '../certificates/enrolment-tokens.ts';
import { makePrivateFolder, writePrivate } from '../certificates/private-file.ts';

const year = 365 * 24 * 3_600_000;

export interface DeploymentOptions {
  /**
   * Name or IPv4 address that users type and connectors dial; default localhost. With any other the service and the token
   * service listen on all addresses, so that both are reached from elsewhere.
   */
  readonly host: string;
  /** Further names and addresses in the server certificate, such as those of other instances. */
  readonly otherNames?: readonly string[];
  readonly ports: {
    readonly front: number;
    readonly tunnel: number;
    readonly admin: number;
    readonly token: number;
    readonly backend: number;
  };
  /** Ids of the connectors of the one group. */
  readonly connectors: readonly string[];
  readonly user: { readonly name: string; readonly password: string };
}

export const defaultDeployment: DeploymentOptions = {
  host: 'localhost',
  ports: { front: 8443, tunnel: 8444, admin: 8445, token: 8446, backend: 8447 },
  connectors: ['connector/1', 'connector/2'],
  user: { name: 'anna@example.com', password: 'holdfast' },
};

/** True for a host that is reached from this machine alone. */
export const isLocal = (host: string): boolean => host === 'localhost' || host === '127.0.0.1';

/** A role to start, in order. */
export interface DeploymentRole {
  readonly role: 'token-service' | 'backend' | 'service' | 'connector';
  readonly configFile: string;
}

export interface Deployment {
  readonly roles: readonly DeploymentRole[];
  /** Where users go. */
  readonly url: string;
  /** The authority a browser must trust to see no warning. */
  readonly caFile: string;
}

/**
 * Makes a complete proxy on one machine, ready to start: an authority, a server certificate, the shared secret, one-time
 * tokens for the connectors (good for an hour), and the configuration of every role. Everything is private to the owner.
 * @throws HoldfastError ERR_DEPLOYMENT_EXISTS when the folder is not empty; ERR_FILE when it cannot be made or written to
 */
export async function createDeployment(
  folder: string,
  options: DeploymentOptions = defaultDeployment,
): Promise<Deployment> {
  makePrivateFolder(folder);
  if (readdirSync(folder).length > 0) {
    throw new HoldfastError('ERR_DEPLOYMENT_EXISTS', `${folder} is not empty`, {
      facts: { folder },
      hint: 'Choose a new folder; an existing deployment is never overwritten.',
    });
  }
  const { host, ports } = options;
  const authority = await createAuthority(`Holdfast deployment ${host}`, { lifeMs: 10 * year });
  const names = [...new Set([host, ...(options.otherNames ?? []), 'localhost', '127.0.0.1'])];
  const server = await issueServer(authority, names, { lifeMs: year });
  const write = (name: string, text: string): string => {
    writePrivate(path.join(folder, name), text);
    return name;
  };
  const ca = write('ca.pem', authority.cert);
  const authorityFiles = { cert: ca, key: write('ca.key.pem', authority.key) };
  const tls = { cert: write('server.pem', server.cert), key: write('server.key.pem', server.key) };
  const tokens = enrolmentTokens(path.join(folder, 'tokens'));
  const configs: Array<readonly [DeploymentRole['role'], string, object]> = [
    ['token-service', 'token-service.json', tokenConfig(options, tls)],
    ['backend', 'backend.json', { name: 'Holdfast sample application', port: ports.backend }],
    ['service', 'service.json', serviceConfig(options, authorityFiles, tls)],
    ...options.connectors.map((id): readonly [DeploymentRole['role'], string, object] => [
      'connector',
      `${id.replaceAll('/', '-')}.json`,
      connectorConfig(options, id, ca, tokens.create(id)),
    ]),
  ];
  for (const [, name, config] of configs) write(name, `${JSON.stringify(config, null, 2)}\n`);
  return {
    roles: configs.map(([role, name]) => ({ role, configFile: path.join(folder, name) })),
    url: `https://${host}:${ports.front}/`,
    caFile: path.join(folder, ca),
  };
}

const listenHost = (options: DeploymentOptions): string => (isLocal(options.host) ? '127.0.0.1' : '0.0.0.0');

function tokenConfig(options: DeploymentOptions, tls: object): object {
  const { host, ports, user } = options;
  return {
    host: listenHost(options),
    port: ports.token,
    issuer: `https://${host}:${ports.token}`,
    tls,
    redirectUris: [redirectUri(`${host}:${ports.front}`, '/')],
    users: [user],
  };
}

function serviceConfig(options: DeploymentOptions, authority: object, tls: object): object {
  const { host, ports, connectors } = options;
  const listening = listenHost(options);
  return {
    instanceId: 'service/1',
    applications: [
      { id: 'sample', externalHost: host, internalUrl: `http://127.0.0.1:${ports.backend}/`, group: 'default' },
    ],
    connectors: connectors.map((id) => ({ id, group: 'default' })),
    behaviour: 'hardened',
    front: { host: listening, port: ports.front, tls },
    tunnelAddress: `${listening}:${ports.tunnel}`,
    tunnelTls: { ...tls, ca: 'ca.pem' },
    storeFile: 'service.store',
    secret: randomBytes(32).toString('base64url'),
    tokenService: { issuer: `https://${host}:${ports.token}`, clientId: 'holdfast', ca: 'ca.pem' },
    // named, though it is that of users: theirs is the first to be changed, and must not take enrolment with it
    admin: { host: listening, port: ports.admin, tls, authority, tokensFolder: 'tokens' },
  };
}

function connectorConfig(options: DeploymentOptions, id: string, ca: string, token: string): object {
  const { host, ports } = options;
  return {
    connectorId: id,
    // it counts starts: of two processes under one id the one started last is the one to serve
    storeFile: `${id.replaceAll('/', '-')}.store`,
    instances: [`${host}:${ports.tunnel}`],
    allowedInternalUrls: [`http://127.0.0.1:${ports.backend}/`],
    enrolment: { folder: `identity-${id.replaceAll('/', '-')}`, url: `https://${host}:${ports.admin}/`, ca, token },
  };
}
