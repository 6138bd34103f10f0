import path from 'node:path';
import type { Plan } from '../plan/plan.ts';
import type { Scenario } from '../plan/scenario.ts';
import type { RunResult } from '../store/result.ts';
import { writeRun } from '../store/run-folder.ts';
import { shellWord } from './shell-word.ts';

export interface RunToStore {
  readonly file: string;
  readonly scenario: Scenario;
  readonly result: RunResult;
  readonly plans: readonly Plan[];
}

/** Commands and files to name after a run. */
export interface StoredRun {
  readonly report: string;
  readonly replay: string;
}

/** Draws the report and writes a run's folder. The page and its charts load here, so that other commands start fast. */
export async function storeRun(folder: string, run: RunToStore): Promise<StoredRun> {
  const { renderReport } = await import('../../reports/page/report.ts');
  const { file, scenario, result, plans } = run;
  const replay = `holdfast replay ${shellWord(folder)}`;
  const report = renderReport(result, { plans, replay });
  const record = { file, engine: result.engine, seed: result.seed, scenario };
  await writeRun(folder, { record, plans, result, report });
  return { report: path.join(folder, 'report.html'), replay };
}
