import { runTokenServiceRole } from '../identity/token-role.ts';
import { runBackendRole } from './backend.ts';
import { runConnectorRole } from './connector.ts';
import type { ConfigSource } from './read-config.ts';
import type { RoleOptions } from './run-role.ts';
import { runServiceRole } from './service.ts';

/** Runs one role until it is told to end; resolves with the exit code. */
export type RunRole = (source: ConfigSource, options?: RoleOptions) => Promise<number>;

export type RoleName = 'service' | 'connector' | 'backend' | 'token-service';

/** The role processes by command name. */
export const roles: Readonly<Record<RoleName, RunRole>> = {
  service: runServiceRole,
  connector: runConnectorRole,
  backend: runBackendRole,
  'token-service': runTokenServiceRole,
};
