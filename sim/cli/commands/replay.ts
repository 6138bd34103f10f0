import { planDigest, scenarioDigest } from '../../plan/digest.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Scenario } from '../../plan/scenario.ts';
import { readScenario } from '../../scenario/read.ts';
import { writtenScenario } from '../../scenario/written.ts';
import type { RunResult } from '../../store/result.ts';
import { damaged, readRun } from '../../store/run-folder.ts';
import { compareReplay } from '../compare-replay.ts';
import { exitCodes } from '../exit-codes.ts';
import { interruptible } from '../interrupt.ts';
import { workersOf } from '../options.ts';
import { ProgressLine } from '../progress.ts';
import { runScenario } from '../run-scenario.ts';

export interface ReplayOptions {
  readonly workers?: string;
  readonly quiet?: boolean;
}

/** Runs a stored result again from its own record and compares event hashes. Live runs are repeated, not reproduced. */
export async function replay(folder: string, options: ReplayOptions): Promise<number> {
  const workers = workersOf(options.workers);
  const { record, plans, result } = await readRun(folder);
  const scenario = readRecorded(folder, record.scenario);
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  print(`${result.scenario.name}   seed ${record.seed}   scenario ${scenarioDigest(scenario).slice(0, 12)}`);
  const changed = changes(record.seed, scenario, plans, result);
  for (const change of changed) print(`changed   ${change}`);
  if (result.stopReason === 'interrupted') {
    print('the recorded run was interrupted: there is no whole run to compare with');
    return exitCodes.inconclusive;
  }
  const progress = new ProgressLine(options.quiet === true);
  return interruptible(async (interrupted) => {
    try {
      const again = await runScenario(scenario, {
        file: record.file,
        engine: record.engine,
        seed: record.seed,
        workers,
        toxiproxy: undefined,
        interrupted,
        onProgress: (unit, done, total, doing) => progress.show(unit, done, total, doing),
      });
      progress.end();
      const edited = changed.length > 0;
      const { aborted } = interrupted;
      const { lines, code } = compareReplay({ recorded: result, again: again.result, edited, interrupted: aborted });
      for (const line of lines) print(line);
      return code;
    } finally {
      progress.end();
    }
  });
}

/** The recorded scenario, read anew as if it had been written: what reads is one, whatever happened to the file. */
function readRecorded(folder: string, recorded: unknown): Scenario {
  try {
    const read = readScenario(writtenScenario(recorded as Scenario));
    if (read.ok) return read.scenario;
    throw new Error(read.problems[0]?.message);
  } catch (error) {
    throw damaged(folder, 'plan.json', error);
  }
}

/** What in plan.json is not what result.json was made from: somebody edited one of the two. */
function changes(seed: string, scenario: Scenario, plans: readonly Plan[], result: RunResult): string[] {
  const found: string[] = [];
  if (seed !== result.seed) found.push(`the seed: ${result.seed} in result.json, ${seed} in plan.json`);
  if (result.engine === 'virtual' && scenarioDigest(scenario) !== result.scenario.digest) {
    found.push('the scenario in plan.json is not the one of result.json');
  }
  const edited = result.cells.filter(({ planDigest: digest }, cell) => {
    const plan = plans[cell];
    return plan === undefined || planDigest(plan) !== digest;
  });
  if (edited.length > 0) found.push(`${edited.length} of ${result.cells.length} plans in plan.json`);
  return found;
}
