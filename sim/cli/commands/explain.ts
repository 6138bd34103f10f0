import { explainScenario } from '../../scenario/explain.ts';
import { loadScenarioFile } from '../../scenario/load-file.ts';
import { exitCodes } from '../exit-codes.ts';
import { oneOf } from '../options.ts';

/** Prints a scenario with every default filled in, as prose, JSON or YAML that reads back. */
export async function explain(file: string, options: { readonly as: string }): Promise<number> {
  const form = oneOf('--as', options.as, ['prose', 'json', 'yaml']);
  const text = explainScenario(await loadScenarioFile(file), form);
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  return exitCodes.met;
}
