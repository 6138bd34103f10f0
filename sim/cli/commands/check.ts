import { loadScenarioFile } from '../../live/load-scenario.ts';
import { checkPlan } from '../../plan/check.ts';
import { compilePlan } from '../../plan/compile.ts';
import { scenarioDigest } from '../../plan/digest.ts';
import type { Scenario } from '../../plan/scenario.ts';
import { exitCodes } from '../exit-codes.ts';
import { reportError } from '../report-error.ts';
import { refusal } from '../run-scenario.ts';

/** Checks files without running them: every problem of every file, then one line a file. Exit 2 when any is wrong. */
export async function check(files: readonly string[]): Promise<number> {
  let worst: number = exitCodes.met;
  for (const file of files) {
    try {
      const scenario = await loadScenarioFile(file);
      const notes = notesOf(scenario, file);
      // the same digest: the same scenario, however it is written
      const digest = scenarioDigest(scenario).slice(0, 12);
      process.stdout.write(
        `✓ ${file}  ${scenario.name}  scenario ${digest}\n${notes.map((note) => `  note: ${note}\n`).join('')}`,
      );
    } catch (error) {
      worst = Math.max(worst, reportError(error));
    }
  }
  return worst;
}

/** What `run` would refuse is a problem here too. */
function notesOf(scenario: Scenario, file: string): readonly string[] {
  const findings = checkPlan(compilePlan(scenario, { seed: scenario.run.seed }), 'virtual');
  const refused = refusal(findings, 'virtual', file);
  if (refused !== undefined) throw refused;
  return findings.map(({ message }) => message);
}
