import { HoldfastError } from '../../../proxy/host/errors.ts';
import { type ExplainForm, explainScenario } from '../../scenario/explain.ts';
import { loadScenarioFile } from '../../scenario/load-file.ts';
import { exitCodes } from '../exit-codes.ts';

const forms: readonly ExplainForm[] = ['prose', 'json', 'yaml'];

/** Prints a scenario with every default filled in, as prose, JSON or YAML that reads back. */
export async function explain(file: string, options: { readonly as: string }): Promise<number> {
  const form = forms.find((one) => one === options.as);
  if (form === undefined) {
    throw new HoldfastError('ERR_USAGE', `--as ${options.as} is no form`, { hint: `one of ${forms.join(', ')}` });
  }
  const text = explainScenario(await loadScenarioFile(file), form);
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  return exitCodes.met;
}
