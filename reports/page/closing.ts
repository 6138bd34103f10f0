import type { Plan } from '../../sim/plan/plan.ts';
import type { RunResult } from '../../sim/store/result.ts';
import { statedShare } from '../numbers.ts';
import { cellWords } from '../view/headline.ts';
import { outcomeSentences, planSentences } from '../view/plan-words.ts';
import { fidelityWords, headCell } from '../view/verdict-words.ts';
import type { ReportExtras } from './extras.ts';
import { html, type Markup } from './html.ts';

const stopWords: Readonly<Record<RunResult['stopReason'], string>> = {
  precision: 'the interval was narrow enough',
  decided: 'every objective was decided',
  budget: 'the limit on replications was reached',
  fixed: 'the scenario fixes the number of replications',
  interrupted: 'interrupted; the result is partial',
};

/** A live run has no stopping rule, whatever bounds the scenario gives it. */
const stopText = ({ engine, stopReason }: RunResult): string =>
  engine === 'live' && stopReason === 'fixed' ? 'all live replications were run' : stopWords[stopReason];

/** Everything needed to run it again and get the same. */
export function provenance(result: RunResult, extras: ReportExtras): Markup {
  const facts: Array<readonly [string, string | Markup]> = [
    ['Scenario', result.scenario.file],
    ['Scenario digest', code(result.scenario.digest)],
    ['Seed', code(result.seed)],
    ['Engine', `${result.engine}, ${fidelityWords[result.fidelity]}`],
    ['Behaviour', [...new Set(result.cells.map((cell) => cell.behaviour))].sort().join(', ') || result.behaviour],
    ['Stopped because', stopText(result)],
    ['Event hash', code(result.eventHash)],
    ['Made by', `${result.tool.name} ${result.tool.version}, result schema ${result.schemaVersion}`],
  ];
  return html`<h2 id="provenance">Provenance</h2>
<p>${provenanceWords[result.engine]} To run it again:</p>
<pre><code>${extras.replay ?? 'holdfast replay <the folder of this file>'}</code></pre>
<dl class="facts">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
`;
}

const provenanceWords: Readonly<Record<RunResult['engine'], string>> = {
  virtual: 'The same scenario, seed and version give the same result, event for event.',
  live: 'The same scenario and seed give the same requests and faults at the same instants; what real processes make of them is measured anew.',
};

const code = (text: string): Markup => html`<code>${text}</code>`;

/** What the words mean, and what the model leaves out. */
export function definitions(result: RunResult, plans: readonly Plan[]): Markup {
  // The rules are those of all cells; what was simulated is told for the one the report is about.
  const index = headCell(result) ?? 0;
  const plan = plans[index] ?? null;
  const cell = result.cells[index];
  const which = cell === undefined || result.cells.length < 2 ? '' : cellWords(result, cell);
  const sentences = [
    ...(plan === null
      ? ["A request is served when the application's own answer reached the user in time."]
      : outcomeSentences(plan)),
    'Failed: an error page of the proxy, a throttled request, a reset, a time-out, or a sign-in that could not be completed. Unknown: undecided at the end; it counts against availability.',
    `Intervals are two-sided at ${statedShare(result.confidence)} and are computed over replications and failure episodes, never over requests. No more digits are shown than the interval supports.`,
    ...(looksAreSplit(result)
      ? [
          `A run that may stop early is looked at several times. Intervals of objectives are wide enough that all looks together keep ${statedShare(result.confidence)}.`,
        ]
      : []),
    'Error budget used: what was lost over what the objective allows to be lost in the time of the run. Over 100 % the objective is missed.',
    'Time lost a year is the lost share of requests applied to 365.25 days.',
    'Inconclusive: the interval contains the limit, a fault hit nothing, or too little was measured. It is neither met nor missed.',
    ...(result.cells.some(({ perYear }) => perYear)
      ? [
          'An interval of a long run is that of the mean in the long run: fault rates are taken as given, and a single replication may lie far outside it.',
        ]
      : []),
    ...(result.comparisons.length > 0
      ? [
          `Differences between configurations are taken replication by replication, over the same faults and requests; their intervals are wide enough that all comparisons of the sweep together keep ${statedShare(result.confidence)}.`,
        ]
      : []),
    'The cheapest configuration is the one with the fewest connectors, then the fewest sites, unless the scenario states prices; of several at one cost the one that served most.',
    ...(result.asWritten === null || result.cells.length < 2
      ? []
      : ['As written: the configuration that the scenario itself states, before the sweep turns anything.']),
  ];
  const limits = [...result.notes, ...(plan === null ? [] : planSentences(plan, which))];
  return html`<h2 id="definitions">Definitions and limits of the model</h2>
<ul>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>
${limits.length === 0 ? null : html`<h3>About this run</h3><ul>${limits.map((sentence) => html`<li>${sentence}</li>`)}</ul>`}
`;
}

/** Whether decisions could fall at several looks, and so used a wider interval than the measurement's. */
const looksAreSplit = (result: RunResult): boolean =>
  result.engine === 'virtual' && result.stopReason !== 'fixed' && result.objectives.length > 0;
