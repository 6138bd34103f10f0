import path from 'node:path';
import { renderTerminal } from '../../../reports/terminal/run.ts';
import { loadScenarioFile } from '../../live/load-scenario.ts';
import { formatDuration } from '../../plan/quantities.ts';
import { discardEmpty, heldRun, prepareFolder, runFolder } from '../../store/run-folder.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { interruptible } from '../interrupt.ts';
import { oneOf, toxiproxyOf, usage, workersOf } from '../options.ts';
import { ProgressLine } from '../progress.ts';
import { runScenario } from '../run-scenario.ts';
import { storeRun } from '../store-run.ts';

export interface RunOptions {
  readonly engine: string;
  readonly seed?: string;
  readonly out: string;
  readonly json?: boolean;
  readonly workers?: string;
  readonly toxiproxy?: string;
  readonly quiet?: boolean;
}

/** Runs a scenario, writes its folder, prints the verdict. The exit code is the verdict's. */
export async function run(file: string, options: RunOptions): Promise<number> {
  const engine = oneOf('--engine', options.engine, ['virtual', 'live']);
  const workers = workersOf(options.workers);
  const toxiproxy = toxiproxyOf(options.toxiproxy, engine);
  if (options.seed?.trim() === '') throw usage('--seed is empty', 'any text; runs with the same one are the same run');
  const scenario = await loadScenarioFile(file);
  const folder = runFolder(options.out, file);
  const progress = new ProgressLine(options.quiet === true);
  return interruptible(async (interrupted) => {
    try {
      // a minute of simulation must not end in a folder that cannot be written
      await prepareFolder(folder);
      const held = await heldRun(folder);
      if (held !== undefined && (path.resolve(held.file) !== path.resolve(file) || held.engine !== engine)) {
        const run = `${held.engine} run of ${held.file}`;
        process.stderr.write(`${folder} holds the ${run}, which this ${engine} one replaces; --out DIR keeps both\n`);
      }
      const { result, plans } = await runScenario(scenario, {
        file,
        engine,
        seed: options.seed ?? scenario.run.seed,
        workers,
        toxiproxy,
        interrupted,
        onLiveCost: ({ replications, each, all }) => {
          if (options.quiet === true || replications < 2) return;
          const words = `${replications} live replications of ${formatDuration(each)}, one after the other: at least ${formatDuration(all)}`;
          process.stderr.write(`${words}\n`);
        },
        onProgress: (unit, done, total, doing) => progress.show(unit, done, total, doing),
      });
      progress.end();
      const stored = await storeRun(folder, { file, scenario, result, plans });
      const [plan] = plans;
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify(result)}\n`
          : renderTerminal(result, {
              color: colorsOn(process.stdout),
              width: process.stdout.columns ?? 100,
              ...(plan === undefined ? {} : { plan }),
              next: [
                ['report', stored.report],
                ['replay', stored.replay],
              ],
            }),
      );
      return exitCodeOf(result.verdict);
    } catch (error) {
      await discardEmpty(folder);
      throw error;
    } finally {
      progress.end();
    }
  });
}

/** Colours only on a terminal that has them, and never against NO_COLOR. */
export function colorsOn(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && stream.hasColors() && (process.env['NO_COLOR'] ?? '') === '';
}
