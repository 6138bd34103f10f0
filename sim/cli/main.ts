#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { exitCodes } from './exit-codes.ts';
import { guardProcess } from './guard-process.ts';
import { toolVersion } from './tool-version.ts';

/** Commands load on use, so that `--help` reads one small file and commander. */
function build(version: string): Command {
  const program = new Command('holdfast')
    .description('How available is access to your applications when connectors, links and the token service fail?')
    .version(version)
    // What stands behind a command is the command's: `toxics --version` tells another version than ours.
    .enablePositionalOptions()
    .showHelpAfterError('(holdfast --help lists the commands)')
    .exitOverride()
    .addHelpText(
      'after',
      '\nExit codes: 0 met (a sweep: some configuration meets) · 1 missed · 2 bad input or usage · 3 inconclusive · 4 stopped, harness error or a fault left behind · 130/143 signals',
    );

  program
    .command('run')
    .description('run a scenario; prints the verdict and writes plan.json, result.json and report.html')
    .argument('<file>', 'scenario, .yaml or .ts')
    .option('--engine <name>', 'virtual (deterministic virtual time) or live (real processes and sockets)', 'virtual')
    .option('--seed <text>', 'seed instead of the scenario’s own')
    .option('--out <dir>', 'folder for the results', 'out')
    .option('--json', 'print result.json to stdout instead of the summary')
    .option('--workers <n>', 'worker threads (default: all cores); the result does not depend on it')
    .option(
      '--toxiproxy <url>',
      'live: use this Toxiproxy (with -proxy-metrics where links fail) instead of the embedded one',
    )
    .option('--quiet', 'no progress on stderr')
    .action(async (file, options) => done(await (await import('./commands/run.ts')).run(file, options)));

  program
    .command('replay')
    .description('run a stored result again and say whether the event hash is identical')
    .argument('<dir>', 'folder written by `holdfast run`')
    .option('--workers <n>', 'worker threads (default: all cores); the result does not depend on it')
    .option('--quiet', 'no progress on stderr')
    .addHelpText(
      'after',
      '\nExit codes: 0 identical · 1 not identical, or an edited record · 2 no run in the folder, or a damaged one · 3 the recorded run was interrupted, or a live one came to another verdict · 4 harness error',
    )
    .action(async (dir, options) => done(await (await import('./commands/replay.ts')).replay(dir, options)));

  program
    .command('gate')
    .description('run every scenario of files and folders for CI; the worst exit code wins')
    .argument('<paths...>', 'scenario files, or folders searched for .yaml, .yml, .ts and .mts')
    .option('--baseline <file>', 'compare with this stored baseline on the same seeds')
    .option('--update-baseline', 'write the baseline instead of comparing')
    .option('--out <dir>', 'folder for results and TEST-holdfast.xml', 'out')
    .option('--on-inconclusive <how>', 'fail (exit 3) or warn (exit 0)', 'fail')
    .option('--workers <n>', 'worker threads (default: all cores)')
    .option('--quiet', 'no progress on stderr')
    .action(async (paths, options) => done(await (await import('./commands/gate.ts')).gate(paths, options)));

  program
    .command('check')
    .description('check scenarios without running them; reports every problem with file, line and a hint')
    .argument('<files...>', 'scenario files')
    .action(async (files) => done(await (await import('./commands/check.ts')).check(files)));

  program
    .command('explain')
    .description('read a scenario aloud, with every default filled in')
    .argument('<file>', 'scenario file')
    .option('--as <form>', 'prose, json or yaml', 'prose')
    .action(async (file, options) => done(await (await import('./commands/explain.ts')).explain(file, options)));

  program
    .command('schema')
    .description('print the JSON Schema of scenarios (for editors), of result.json, or of a role’s configuration')
    .argument('[what]', 'scenario, result, service, connector, token-service or backend', 'scenario')
    .action(async (what) => done(await (await import('./commands/schema.ts')).schema(what)));

  for (const [role, what] of [
    ['service', 'one instance of the proxy service'],
    ['connector', 'a connector beside the applications'],
    ['token-service', 'the token service (OpenID Connect)'],
    [
      'backend',
      'the sample application (on a free port, which its ready line names, unless its configuration has one)',
    ],
  ] as const) {
    program
      .command(role)
      .description(`run ${what} as a process`)
      .requiredOption('--config <file>', 'its configuration, JSON')
      .option('--with-parent', 'end when standard input closes')
      .action(async (options) => done(await (await import('./commands/role.ts')).role(role, options)));
  }

  program
    .command('deployment')
    .description('write a complete proxy into a new folder, and say how to start it')
    .argument('<dir>', 'folder to make')
    .option('--port <n>', 'the first of five ports', '8443')
    .option(
      '--host <name>',
      'name that users and connectors reach it at (default: localhost); repeat it for more names in the server certificate',
      (name: string, before: readonly string[] = []) => [...before, name],
    )
    .action(async (dir, options) => done(await (await import('./commands/deployment.ts')).deployment(dir, options)));

  program
    .command('enrolment-token')
    .description('make a one-time token with which a connector gets a certificate')
    .argument('<connector>', 'its id, as the service’s configuration lists it')
    .requiredOption('--config <file>', 'configuration of a service that enrols, JSON')
    .action(async (connector, options) =>
      done(await (await import('./commands/enrolment-token.ts')).enrolmentToken(connector, options)),
    );

  program
    .command('toxics')
    .description('the embedded Toxiproxy-compatible fault server')
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .action(async () => {
      const { runToxicsCommand } = await import('../toxics/command.ts');
      done(await runToxicsCommand(process.argv.slice(3)));
    });
  return program;
}

function done(code: number): void {
  process.exitCode = code;
}

guardProcess();

try {
  await build(toolVersion()).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : exitCodes.badInput;
  } else {
    const { reportError } = await import('./report-error.ts');
    process.exitCode = reportError(error);
  }
}
