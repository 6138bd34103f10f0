import { readFileSync } from 'node:fs';
import { HoldfastError } from '../../../proxy/host/errors.ts';
import { liveIdentityPort } from '../../../proxy/node/identity/live-port.ts';
import { runTokenServiceRole } from '../../../proxy/node/identity/token-role.ts';
import { type RoleName, roles } from '../../../proxy/node/roles/index.ts';

/** Runs one role of the proxy in this process until it is told to stop. */
export async function role(
  name: RoleName | 'token-service',
  options: { readonly config: string; readonly withParent?: boolean },
): Promise<number> {
  const withParent = options.withParent === true;
  if (name === 'token-service') return runTokenServiceRole(readJson(options.config), { withParent });
  return roles((settings) => liveIdentityPort({ ...settings, userClaim: 'sub' }))[name](options.config, { withParent });
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new HoldfastError('ERR_CONFIG', `${file} cannot be read as JSON: ${String((error as Error).message)}`, {
      facts: { file },
      hint: 'name a JSON file with the role’s configuration',
      cause: error,
    });
  }
}
