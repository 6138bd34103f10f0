import type { ConfigSource } from './read-config.ts';
import type { RoleOptions } from './run-role.ts';

/** Runs one role until it is told to end; resolves with the exit code. */
export type RunRole = (source: ConfigSource, options?: RoleOptions) => Promise<number>;

export type RoleName = 'service' | 'connector' | 'backend' | 'token-service';

/** The role processes by command name. Each loads its own modules alone: a process that was restarted is away until it has. */
export const roles: Readonly<Record<RoleName, RunRole>> = {
  service: async (...how) => (await import('./service.ts')).runServiceRole(...how),
  connector: async (...how) => (await import('./connector.ts')).runConnectorRole(...how),
  backend: async (...how) => (await import('./backend.ts')).runBackendRole(...how),
  'token-service': async (...how) => (await import('../identity/token-role.ts')).runTokenServiceRole(...how),
};
