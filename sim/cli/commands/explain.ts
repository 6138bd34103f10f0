import { wrapped } from '../../../reports/terminal/columns.ts';
import { loadScenarioFile } from '../../live/load-scenario.ts';
import { scenarioDigest } from '../../plan/digest.ts';
import { explainScenario } from '../../scenario/explain.ts';
import { exitCodes } from '../exit-codes.ts';
import { oneOf } from '../options.ts';

/** Prints a scenario with every default filled in, as prose, JSON or YAML that reads back. */
export async function explain(file: string, options: { readonly as: string }): Promise<number> {
  const form = oneOf('--as', options.as, ['prose', 'json', 'yaml']);
  const scenario = await loadScenarioFile(file);
  const text = explainScenario(scenario, form);
  // not among the data, which reads back as a scenario
  if (form !== 'prose') process.stderr.write(`scenario ${scenarioDigest(scenario)}\n`);
  process.stdout.write(form === 'prose' ? inColumns(text, process.stdout.columns ?? 100) : text);
  return exitCodes.met;
}

/** Paragraphs broken at spaces: a line across a wide screen cannot be read. */
function inColumns(text: string, width: number): string {
  const paragraphs = text.trimEnd().split('\n');
  return `${paragraphs.flatMap((one) => (one === '' ? [''] : wrapped(one, Math.min(100, Math.max(40, width))))).join('\n')}\n`;
}
