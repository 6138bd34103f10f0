/** A role as the command line starts it, for tests: `node role-main.js <role> <config file> [--with-parent]`. */
import { readFileSync } from 'node:fs';
import { liveIdentityPort } from '../../../proxy/node/identity/live-port.ts';
import { runTokenServiceRole } from '../../../proxy/node/identity/token-role.ts';
import { type RoleName, roles } from '../../../proxy/node/roles/index.ts';

const [, , name, file = '', ...flags] = process.argv;
const withParent = flags.includes('--with-parent');
const code =
  name === 'token-service'
    ? await runTokenServiceRole(JSON.parse(readFileSync(file, 'utf8')), { withParent })
    : await roles(liveIdentityPort)[name as RoleName](file, { withParent });
process.exit(code);
