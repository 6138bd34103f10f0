/** A role as the command line starts it, for tests: `node role-main.js <role> <config file> [--with-parent]`. */
import { absentTokenService } from '../../../proxy/node/roles/absent-token-service.ts';
import { type RoleName, roles } from '../../../proxy/node/roles/index.ts';

const [, , name, file, ...flags] = process.argv;
const run = roles(() => absentTokenService)[name as RoleName];
process.exit(await run(file ?? '', { withParent: flags.includes('--with-parent') }));
