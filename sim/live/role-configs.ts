import type { ConnectorConfig } from '../../proxy/connector/config.ts';
import type { ApplicationPlan, Plan } from '../plan/plan.ts';
import { redirectUrisOf, serviceConfigOf } from '../plan/roles.ts';
import { operatorNames } from './load/operators.ts';
import { userName } from './load/users.ts';
import type { RigCertificates } from './rig-certificates.ts';

/** What the configurations of one run's roles share. */
export interface RunIdentity {
  readonly plan: Plan;
  readonly certificates: RigCertificates;
  readonly secret: string;
  readonly password: string;
  /** `https://host:port` of the link to the token service. */
  readonly tokenOrigin: string;
}

const clientId = 'holdfast';

/** Name under which connectors know a backend; each resolves it to a fault link of its own. */
export const internalHost = (application: string): string => `${application}.internal`;
export const internalUrlOf = (application: string): string => `http://${internalHost(application)}/`;

export function tokenServiceRole(run: RunIdentity): object {
  const { plan, certificates } = run;
  const { sessionLife, exchangeTime } = plan.identity;
  return {
    host: '127.0.0.1',
    port: 0,
    issuer: run.tokenOrigin,
    tls: { cert: certificates.tokenService.cert, key: certificates.tokenService.key },
    clientId,
    redirectUris: redirectUrisOf(plan),
    users: [
      ...operatorNames(plan),
      ...plan.workloads.flatMap(({ id, users }) => Array.from({ length: users }, (_, user) => userName(id, user))),
    ].map((name) => ({ name, password: run.password })),
    sessionLifeS: { from: sessionLife.from / 1e6, to: sessionLife.to / 1e6 },
    exchangeTimeMs: exchangeTime / 1000,
    seed: plan.seed,
  };
}

export function serviceRole(run: RunIdentity, instanceId: string, frontPort: number, tunnelPort: number): object {
  const { plan, certificates } = run;
  const { cert, key } = certificates.service;
  return {
    ...serviceConfigOf(plan, instanceId, `127.0.0.1:${tunnelPort}`, internalUrlOf),
    accessLog: false,
    front: { host: '127.0.0.1', port: frontPort, tls: { cert, key } },
    tunnelTls: { cert, key, ca: certificates.ca },
    secret: run.secret,
    tokenService: { issuer: run.tokenOrigin, clientId, ca: certificates.ca },
    logLevel: 'warn',
  };
}

export function connectorRole(
  run: RunIdentity,
  config: ConnectorConfig,
  hosts: Readonly<Record<string, string>>,
): object {
  const credential = run.certificates.connectors.get(config.connectorId);
  return {
    ...config,
    tls: { cert: credential?.cert, key: credential?.key, ca: run.certificates.ca },
    hosts,
    logLevel: 'warn',
  };
}

export function backendRole(application: ApplicationPlan): object {
  const { latency, latencyDistribution, responseBytes } = application.backend;
  return { host: '127.0.0.1', port: 0, latencyMs: latency / 1000, latencyDistribution, responseBytes };
}
