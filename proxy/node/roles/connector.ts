import type { RunningConnector } from '../../connector/config.ts';
import { startConnector } from '../../connector/connector.ts';
import { errorText } from '../../host/errors.ts';
import { createNodeHost, type NodeHost } from '../host.ts';
import { type ClosableOrigin, createUndiciOrigin } from '../origin/undici-origin.ts';
import { createTcpTransport, createTlsTransport } from '../tunnel/transport.ts';
import { ConnectorIdentity } from './connector-identity.ts';
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
 * tunnels come up in the background. ERR_CONFIG, ERR_FILE, ERR_CERTIFICATE, ERR_IDENTITY_FILE, ERR_STORE_FILE, ERR_ENROL.
 */
export async function startConnectorRole(source: ConfigSource): Promise<RunningRole> {
  const read = readConfig(connectorSchema, source);
  const { config } = read;
  const wall = new WallClock();
  const identity = await ConnectorIdentity.get(read);
  const host = hostOf(read, identity, wall);
  identity?.keepFresh(host);
  const origin = createUndiciOrigin({
    hosts: config.hosts,
    ...(config.backendCa === undefined ? {} : { ca: read.authority(config.backendCa, 'authority of the backends') }),
  });
  const node = await startConnector(host, { ...config, capacity: config.capacity }, { origin, tickets: undefined });
  const close = async (): Promise<void> => {
    await node.stop();
    await origin.close();
    host.stop();
  };
  return {
    ready: { role: 'connector', id: config.connectorId },
    gaveUp: node.gaveUp,
    async drain() {
      await node.drain(config.drainWithin);
      await close();
    },
    stop: close,
    command: (message) => wall.command(message) ?? obey(message, node, origin),
  };
}

function obey(message: ControlMessage, node: RunningConnector, origin: ClosableOrigin): unknown {
  if (message.metrics === true) {
    const failed = [...origin.failed].map(([internalUrl, count]) => [`failed ${internalUrl}`, count] as const);
    return {
      inFlight: node.inFlight,
      openTunnels: node.openTunnels,
      served: origin.exchanges,
      ...Object.fromEntries(failed),
    };
  }
  if (typeof message.slow !== 'number' || !(message.slow >= 1)) {
    throw new Error('a connector takes {"slow":factor ≥ 1}, {"metrics":true} and {"wallSkewMs":n}');
  }
  node.slow(message.slow);
  return undefined;
}

function hostOf(
  read: ReadConfig<ConnectorRoleConfig>,
  identity: ConnectorIdentity | undefined,
  wall: WallClock,
): NodeHost {
  const { config } = read;
  const through = {
    onBug: (address: string, error: unknown): void =>
      host.log.event('error', 'tunnel.bug', { address, error: errorText(error) }),
    ...(config.outboundProxy === undefined ? {} : { outboundProxy: config.outboundProxy }),
  };
  const serverName = config.tls?.serverName ?? config.enrolment?.serverName;
  const net =
    identity === undefined
      ? createTcpTransport(through)
      : createTlsTransport({
          ...identity.current,
          renewed: () => identity.current,
          ...(serverName === undefined ? {} : { serverName }),
          ...through,
        });
  const host: NodeHost = createNodeHost({
    id: config.connectorId,
    net,
    logLevel: config.logLevel,
    wall: wall.now,
    ...(config.storeFile === undefined ? {} : { store: read.path(config.storeFile) }),
    ...(config.seed === undefined ? {} : { seed: config.seed }),
  });
  return host;
}
