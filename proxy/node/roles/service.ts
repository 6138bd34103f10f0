import { errorText, invariant } from '../../host/errors.ts';
import type { FrontHandler, FrontServer } from '../../host/message.ts';
import { after, elapsed, type Micros } from '../../host/units.ts';
import type { RunningService } from '../../service/config.ts';
import { startService } from '../../service/service.ts';
import type { Credential } from '../certificates/authority.ts';
import { enrolmentTokens } from '../certificates/enrolment-tokens.ts';
import { type Front, type FrontOptions, listenFront } from '../front/listen.ts';
import { createNodeHost, type NodeHost } from '../host.ts';
import { type LivePort, liveIdentityPort } from '../identity/live-port.ts';
import { createTcpTransport, createTlsTransport } from '../tunnel/transport.ts';
import { absentTokenService } from './absent-token-service.ts';
import { type CountedIdentity, countedIdentity } from './counted-identity.ts';
import { healthHandler } from './health-endpoint.ts';
import { LateFront } from './late-front.ts';
import { liveApplications } from './live-applications.ts';
import { type ConfigSource, type ReadConfig, readConfig } from './read-config.ts';
import { type ControlMessage, type RoleOptions, type RunningRole, runRole } from './run-role.ts';
import { type ServiceRoleConfig, serviceSchema } from './service-schema.ts';
import { WallClock } from './wall-clock.ts';

/**
 * Runs a service instance as a process until it is told to end. Resolves with the exit code (see runRole). The ready line
 * has `frontPort`, `tunnelPort`, and `adminPort`, `healthPort` where configured; a front with a configured port opens
 * later, when every group has a connector here, at the latest after `openingPatience`.
 */
export function runServiceRole(source: ConfigSource, options: RoleOptions = {}): Promise<number> {
  return runRole(() => startServiceRole(source), options);
}

/** Starts a service instance in this process. ERR_CONFIG, ERR_FILE, ERR_CERTIFICATE, ERR_PORT_IN_USE, ERR_LISTEN. */
export async function startServiceRole(source: ConfigSource): Promise<RunningRole> {
  const read = readConfig(serviceSchema, source);
  const wall = new WallClock();
  const host = hostOf(read, wall);
  const opened: Pick<Front, 'close'>[] = [];
  try {
    return await open(read, host, wall, opened);
  } catch (error) {
    await Promise.all(opened.map((front) => front.close()));
    host.stop();
    throw error;
  }
}

async function open(
  read: ReadConfig<ServiceRoleConfig>,
  host: NodeHost,
  wall: WallClock,
  opened: Pick<Front, 'close'>[],
): Promise<RunningRole> {
  const { config } = read;
  const identity = countedIdentity(identityOf(read, wall));
  const frontTls = config.front.tls && read.credential(config.front.tls, 'front');
  const adminTls = config.admin?.tls === undefined ? frontTls : read.credential(config.admin.tls, 'admin');
  let node: RunningService | undefined;
  const at = (
    place: { host: string; port: number },
    handler: FrontHandler | FrontServer,
    tls: Credential | undefined,
  ): FrontOptions => ({
    host: place.host,
    port: place.port,
    handler,
    limits: config.front.limits,
    log: host.log,
    ...(tls === undefined ? {} : { tls }),
  });
  const listen = async (...place: Parameters<typeof at>): Promise<Front> => {
    const front = await listenFront(at(...place));
    opened.push(front);
    return front;
  };
  let draining = false;
  // The public port is claimed first: a service that cannot be reached must not make connectors dial in.
  const front = await LateFront.claim(
    at(config.front, { serve: (...asked) => (node as RunningService).serve(...asked) }, frontTls),
  );
  opened.push(front);
  const admin =
    config.admin === undefined ? undefined : await listen(config.admin, await enrolment(read, host), adminTls);
  const health =
    config.health === undefined
      ? undefined
      : await listen(
          config.health,
          healthHandler(
            () => !draining && node?.ready() === true,
            () => ({ ...node?.metrics(), connections: front.connections }),
          ),
          undefined,
        );
  const applications = liveApplications(config.applications, host.log);
  node = await startService(host, { ...config, applications, throttle: config.throttle }, { identity });
  const running = node;
  void running.opened.then(() => front.open(host.clock));
  const close = async (): Promise<void> => {
    await running.stop();
    await Promise.all(opened.map((one) => one.close()));
    await identity.close();
    host.stop();
  };
  return {
    ready: {
      role: 'service',
      id: config.instanceId,
      front: front.address,
      frontPort: front.port,
      tunnel: running.tunnelAddress,
      tunnelPort: Number(running.tunnelAddress.slice(running.tunnelAddress.lastIndexOf(':') + 1)),
      ...(admin === undefined ? {} : { admin: admin.address, adminPort: admin.port }),
      ...(health === undefined ? {} : { health: health.address, healthPort: health.port }),
    },
    async drain() {
      draining = true;
      const end = after(host.clock.now(), config.drainWithin);
      const gone = front.drain();
      await running.drain(config.drainWithin);
      // What the service has answered may still be on its way to a slow user; one deadline for all of it.
      await Promise.race([gone, host.clock.sleep(Math.max(0, elapsed(host.clock.now(), end)) as Micros)]);
      await close();
    },
    stop: close,
    command: (message) => wall.command(message) ?? metricsCommand(message, running, identity),
  };
}

function metricsCommand(message: ControlMessage, node: RunningService, identity: CountedIdentity): unknown {
  if (message.metrics === true) {
    return { ...node.metrics(), ready: node.ready(), tokenServiceRefused: identity.refused };
  }
  throw new Error('a service takes {"metrics":true} and {"wallSkewMs":n}');
}

function hostOf(read: ReadConfig<ServiceRoleConfig>, wall: WallClock): NodeHost {
  const { config } = read;
  const tls = config.tunnelTls;
  const onBug = (address: string, error: unknown): void =>
    host.log.event('error', 'tunnel.bug', { address, error: errorText(error) });
  const net =
    tls === null
      ? createTcpTransport({ onBug })
      : createTlsTransport({
          onBug,
          ...read.credential(tls, 'tunnel'),
          ca: read.authority(tls.ca, 'connector authority'),
          onRefused: (address, detail) => host.log.event('warn', 'tunnel.refused', { address, detail }),
        });
  const host: NodeHost = createNodeHost({
    id: config.instanceId,
    net,
    logLevel: config.logLevel,
    wall: wall.now,
    ...(config.storeFile === undefined ? {} : { store: read.path(config.storeFile) }),
    ...(config.seed === undefined ? {} : { seed: config.seed }),
    ...(config.secret === undefined ? {} : { secret: config.secret }),
  });
  return host;
}

function identityOf(read: ReadConfig<ServiceRoleConfig>, wall: WallClock): LivePort {
  const settings = read.config.tokenService;
  if (settings === undefined) return absentTokenService;
  return liveIdentityPort({
    issuer: settings.issuer,
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
    ca: settings.ca === undefined ? undefined : read.authority(settings.ca, 'authority of the token service'),
    userClaim: settings.userClaim,
    wall: wall.now,
  });
}

async function enrolment(read: ReadConfig<ServiceRoleConfig>, host: NodeHost): Promise<FrontHandler> {
  const admin = read.config.admin;
  invariant(admin !== undefined, 'only a configured admin endpoint is opened');
  // Loaded only where it is served: the certificate library is much of a start.
  const { enrolmentHandler } = await import('../certificates/enrolment-endpoint.ts');
  return enrolmentHandler({
    authority: read.credential(admin.authority, 'connector authority'),
    tokens: enrolmentTokens(read.path(admin.tokensFolder), () => host.clock.wall()),
    lifeMs: admin.certificateLife / 1000,
    registered: (id) => read.config.connectors.some((connector) => connector.id === id),
    now: () => host.clock.wall(),
    log: host.log,
  });
}
