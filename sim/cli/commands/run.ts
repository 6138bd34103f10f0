import path from 'node:path';
import { HoldfastError } from '../../../proxy/host/errors.ts';
import { renderReport, renderTerminal } from '../../../reports/index.ts';
import { loadScenarioFile } from '../../scenario/load-file.ts';
import { runFolder, writeRun } from '../../store/run-folder.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { onInterrupt } from '../interrupt.ts';
import { ProgressLine } from '../progress.ts';
import { runScenario } from '../run-scenario.ts';

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
  const engine = engineOf(options.engine);
  const scenario = await loadScenarioFile(file);
  const progress = new ProgressLine(options.quiet === true);
  const interrupt = onInterrupt();
  try {
    const { result, plans } = await runScenario(scenario, {
      file,
      engine,
      seed: options.seed ?? scenario.run.seed,
      workers: workersOf(options.workers),
      toxiproxy: options.toxiproxy,
      interrupted: interrupt.signal,
      onProgress: (unit, done, total, doing) => progress.show(unit, done, total, doing),
    });
    progress.end();
    const folder = runFolder(options.out, file);
    const replay = `holdfast replay ${folder}`;
    const [plan] = plans;
    const report = renderReport(result, plan === undefined ? { replay } : { plan, replay });
    const record = { file, engine, seed: result.seed, scenario };
    await writeRun(folder, { record, plans, result, report });
    if (options.json === true) process.stdout.write(`${JSON.stringify(result)}\n`);
    else {
      process.stdout.write(
        renderTerminal(result, {
          color: process.stdout.hasColors?.() === true && process.env['NO_COLOR'] === undefined,
          width: process.stdout.columns ?? 100,
          ...(plan === undefined ? {} : { plan }),
          next: [
            ['report', path.join(folder, 'report.html')],
            ['replay', replay],
          ],
        }),
      );
    }
    return exitCodeOf(result.verdict);
  } finally {
    progress.end();
    interrupt.done();
  }
}

function engineOf(name: string): 'virtual' | 'live' {
  if (name === 'virtual' || name === 'live') return name;
  throw new HoldfastError('ERR_USAGE', `--engine ${name} is no engine`, { hint: 'virtual or live' });
}

/** Undefined: as many as there are cores. */
export function workersOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const workers = Number(text);
  if (Number.isInteger(workers) && workers >= 1 && workers <= 256) return workers;
  throw new HoldfastError('ERR_USAGE', `--workers ${text} is no number of workers`, {
    hint: 'a whole number from 1 to 256',
  });
}
