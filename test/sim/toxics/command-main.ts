import { runToxicsCommand } from '../../../sim/toxics/command.ts';

// The command as a process of its own, for tests of flags and signals.
process.exitCode = await runToxicsCommand(process.argv.slice(2));
