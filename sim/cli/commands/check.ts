import { loadScenarioFile } from '../../live/load-scenario.ts';
import { checkForm } from '../../plan/check-form.ts';
import { scenarioDigest } from '../../plan/digest.ts';
import { liveForm } from '../../plan/live-form.ts';
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

/** What `run` would refuse is a problem here too; the live form counts where the scenario says how it runs live. */
function notesOf(scenario: Scenario, file: string): readonly string[] {
  const virtual = notesOfForm(scenario, file, 'virtual');
  if (scenario.live === null) return virtual;
  const live = notesOfForm(liveForm(scenario), file, 'live').filter((note) => !virtual.includes(note));
  return [...virtual, ...live.map((note) => `live: ${note}`)];
}

function notesOfForm(form: Scenario, file: string, engine: 'virtual' | 'live'): readonly string[] {
  const findings = checkForm(form, form.run.seed, engine);
  const refused = refusal(findings, engine, file);
  if (refused !== undefined) throw refused;
  return findings.map(({ message }) => message);
}
