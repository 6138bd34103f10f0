import type { HoldfastError } from '../../../proxy/host/errors.ts';
import { loadScenarioFile } from '../../live/load-scenario.ts';
import type { Finding } from '../../plan/check.ts';
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
      const { notes, refusals } = judged(scenario, file);
      for (const refused of refusals) worst = Math.max(worst, reportError(refused));
      if (refusals.length > 0) continue;
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

interface Judged {
  readonly notes: readonly string[];
  /** One an engine that cannot run it, with all its reasons. */
  readonly refusals: readonly HoldfastError[];
}

/**
 * What `run` would refuse is a problem here too; the live form counts where the scenario says how it runs live, with what
 * it does not share with the virtual one.
 */
function judged(scenario: Scenario, file: string): Judged {
  const virtual = checkForm(scenario, scenario.run.seed, 'virtual');
  const form = scenario.live === null ? undefined : liveForm(scenario);
  const told = new Set(virtual.map(({ message }) => message));
  const live = form === undefined ? [] : checkForm(form, form.run.seed, 'live').filter((one) => !told.has(one.message));
  return {
    notes: [...notesOf(virtual), ...notesOf(live).map((note) => `live: ${note}`)],
    refusals: [refusal(virtual, 'virtual', file), refusal(live, 'live', file)].filter((one) => one !== undefined),
  };
}

const notesOf = (findings: readonly Finding[]): readonly string[] => findings.map(({ message }) => message);
