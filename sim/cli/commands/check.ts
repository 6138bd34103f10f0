import { loadScenarioFile } from '../../scenario/load-file.ts';
import { exitCodes } from '../exit-codes.ts';
import { reportError } from '../report-error.ts';

/** Checks files without running them: every problem of every file, then one line a file. Exit 2 when any is wrong. */
export async function check(files: readonly string[]): Promise<number> {
  let wrong = 0;
  for (const file of files) {
    try {
      const scenario = await loadScenarioFile(file);
      process.stdout.write(`✓ ${file}  ${scenario.name}\n`);
    } catch (error) {
      wrong += 1;
      const code = reportError(error);
      if (code !== exitCodes.badInput) return code;
    }
  }
  return wrong === 0 ? exitCodes.met : exitCodes.badInput;
}
