import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ConnectorNode } from '../../connector/config.ts';
import { startConnector } from '../../connector/connector.ts';
import { HoldfastError } from '../../host/errors.ts';
import { enrol } from '../certificates/enrol.ts';
import { writePrivate } from '../certificates/private-file.ts';
import { createNodeHost, type NodeHost } from '../host.ts';
import { createUndiciOrigin } from '../origin/undici-origin.ts';
import type { TlsIdentity } from '../tunnel/dial.ts';
import { createTcpTransport, createTlsTransport } from '../tunnel/transport.ts';
import { type ConnectorRoleConfig, connectorSchema } from './connector-schema.ts';
import { type ConfigSource, type ReadConfig, readConfig } from './read-config.ts';
import { type ControlMessage, type RoleOptions, type RunningRole, runRole } from './run-role.ts';
import { WallClock } from './wall-clock.ts';

/** Runs a connector as a process until it is told to end. Resolves with the exit code (see runRole). */
export function runConnectorRole(source: ConfigSource, options: RoleOptions = {}): Promise<number> {
  return runRole(() => startConnectorRole(source), options);
}

/**
 * Starts a connector in this process, enrolling it first when it has no certificate yet. Ready as soon as it dials:
 * tunnels come up in the background. ERR_CONFIG, ERR_FILE, ERR_ENROL.
 */
export async function startConnectorRole(source: ConfigSource): Promise<RunningRole> {
  const read = readConfig(connectorSchema, source);
  const { config } = read;
  const wall = new WallClock();
  const host = hostOf(read, await identityOf(read), wall);
  const origin = createUndiciOrigin({
    hosts: config.hosts,
    ...(config.backendCa === undefined ? {} : { ca: read.pem(config.backendCa, 'authority of the backends') }),
  });
  const node = await startConnector(host, { ...config, capacity: config.capacity }, { origin, tickets: undefined });
  const close = async (): Promise<void> => {
    await node.stop();
    await origin.close();
    host.stop();
  };
  return {
    ready: { role: 'connector', id: config.connectorId },
    async drain() {
      await node.drain(config.drainWithin);
      await close();
    },
    stop: close,
    command: (message) => wall.command(message) ?? obey(message, node),
  };
}

function obey(message: ControlMessage, node: ConnectorNode): unknown {
  if (message.metrics === true) return { inFlight: node.inFlight, openTunnels: node.openTunnels };
  if (typeof message.slow !== 'number' || !(message.slow >= 1)) {
    throw new Error('a connector takes {"slow":factor ≥ 1}, {"metrics":true} and {"wallSkewMs":n}');
  }
  node.slow(message.slow);
  return undefined;
}

function hostOf(
  read: ReadConfig<ConnectorRoleConfig>,
  identity: (TlsIdentity & { readonly serverName?: string | undefined }) | null,
  wall: WallClock,
): NodeHost {
  const { config } = read;
  const through = config.outboundProxy === undefined ? {} : { outboundProxy: config.outboundProxy };
  const net =
    identity === null
      ? createTcpTransport(through)
      : createTlsTransport({
          cert: identity.cert,
          key: identity.key,
          ca: identity.ca,
          ...(identity.serverName === undefined ? {} : { serverName: identity.serverName }),
          ...through,
        });
  return createNodeHost({
    id: config.connectorId,
    net,
    logLevel: config.logLevel,
    wall: wall.now,
    ...(config.storeFile === undefined ? {} : { store: read.path(config.storeFile) }),
    ...(config.seed === undefined ? {} : { seed: config.seed }),
  });
}

async function identityOf(
  read: ReadConfig<ConnectorRoleConfig>,
): Promise<(TlsIdentity & { readonly serverName?: string | undefined }) | null> {
  const { tls, enrolment, connectorId } = read.config;
  if (tls === null) return null;
  if (tls !== undefined) {
    return {
      cert: read.pem(tls.cert, 'connector certificate'),
      key: read.pem(tls.key, 'connector key'),
      ca: read.pem(tls.ca, 'authority of the service'),
      serverName: tls.serverName,
    };
  }
  if (enrolment === undefined) throw new Error('neither tls nor enrolment');
  const file = path.join(read.path(enrolment.folder), 'identity.json');
  if (existsSync(file)) {
    return { ...(JSON.parse(readFileSync(file, 'utf8')) as TlsIdentity), serverName: enrolment.serverName };
  }
  if (enrolment.token === undefined) {
    throw new HoldfastError(
      'ERR_ENROL',
      `${connectorId} has no certificate in ${enrolment.folder} and no token to get one`,
      {
        facts: { connector: connectorId, folder: enrolment.folder },
        hint: 'Make a one-time token for this connector and put it into enrolment.token.',
      },
    );
  }
  const ca = read.pem(enrolment.ca, 'authority of the admin endpoint');
  const identity = await enrol({ url: enrolment.url, ca, token: enrolment.token, connectorId });
  writePrivate(file, JSON.stringify(identity));
  return { ...identity, serverName: enrolment.serverName };
}
