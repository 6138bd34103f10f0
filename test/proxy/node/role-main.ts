/** A role as the command line starts it, for tests: `node role-main.js <role> <config file> [--with-parent]`. */
import { type RoleName, roles } from '../../../proxy/node/roles/index.ts';

const [, , name, file = '', ...flags] = process.argv;
process.exit(await roles[name as RoleName](file, { withParent: flags.includes('--with-parent') }));
