import type { Plan } from '../../sim/plan/plan.ts';
import type { RunResult } from '../../sim/store/result.ts';
import { count, statedShare } from '../numbers.ts';
import { glued } from '../text.ts';
import { budgetFigure, budgetUse } from '../view/error-budget.ts';
import { headline, servedUnit } from '../view/headline.ts';
import { idleFaults, seldomHits } from '../view/hit-words.ts';
import { longRunSentence } from '../view/long-run-words.ts';
import { cellLoss } from '../view/loss-words.ts';
import { availabilitySample, availabilityShort, headCell, marks } from '../view/verdict-words.ts';
import { html, type Markup } from './html.ts';

/** Name, verdict sentence, and the few figures a reader carries away. */
export function pageHead(result: RunResult, plans: readonly Plan[]): Markup {
  const words = headline(result, plans[0] ?? null);
  const spread = longRunSentence(result);
  return html`<header>
<p class="brand">Holdfast · availability under faults</p>
<h1>${result.scenario.name}</h1>
<p class="lead">${result.scenario.description}</p>
<div class="verdict ${result.verdict}">
<p class="word">${marks[result.verdict]} ${words.word}</p>
<p class="finding">${glued(words.finding)}</p>
${spread === '' ? null : html`<p class="muted">${glued(spread)}</p>\n`}<p class="muted">${words.basis}</p>
${figures(result, plans)}
</div>
${idleWarning(result)}</header>
`;
}

function figures(result: RunResult, plans: readonly Plan[]): Markup {
  const index = headCell(result);
  const cell = index === null ? undefined : result.cells[index];
  const shown = cell ?? result;
  const perYear = cell?.perYear ?? false;
  const sample = availabilitySample(shown);
  const facts: Array<readonly [string, string]> = [
    [sample.value === null ? '–' : `${availabilityShort(sample, sample.limit)} %`, servedUnit(shown.objectives)],
    [cellLoss({ perYear }, sample), perYear ? 'lost a year' : 'lost'],
  ];
  const objective = shown.objectives.find((one) => one.kind === 'availability');
  const used = objective === undefined ? null : budgetUse(objective);
  if (objective !== undefined && used !== null && used.value > 0) {
    const { value, unit } = budgetFigure(used);
    facts.push([`${value} ${unit}`, budgetUnit(perYear, objective.limit)]);
  }
  if (cell !== undefined && result.cells.length > 1) facts.push([count(cell.cost), costUnit(result, plans)]);
  facts.push([
    count(shown.measurement.requests),
    shown.measurement.method === 'episodes' ? 'requests represented' : 'requests measured',
  ]);
  return html`<dl class="figures">${facts.map(([value, label]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** A run that stages its faults has no month to spend a budget in: only what it may lose itself. */
const budgetUnit = (perYear: boolean, limit: number): string =>
  perYear ? `of the error budget of ${statedShare(limit)}` : `of what ${statedShare(limit)} lets this run lose`;

/** Without prices a configuration costs its connectors: say so, where the plans show that it is so. */
function costUnit({ cells }: RunResult, plans: readonly Plan[]): string {
  const counted = cells.every(({ cost }, at) => plans[at]?.topology.connectors.length === cost);
  return counted ? 'connectors' : 'cost';
}

function idleWarning(result: RunResult): Markup | null {
  const idle = idleFaults(result);
  const seldom = seldomHits(result);
  if (idle.deciding.length + idle.standing.length + seldom.length === 0) return null;
  const where = result.cells.length < 2 ? 'the verdict' : 'the verdict there';
  return html`<div class="warn">${
    idle.deciding.length === 0
      ? null
      : html`<p><b>Faults that hit nothing.</b> They were installed and touched no request, so ${where} is inconclusive.</p>${list(idle.deciding)}`
  }${
    idle.standing.length === 0
      ? null
      : html`<p><b>Faults that hit nothing.</b> They were installed and touched no request; ${where} is missed without them and stands.</p>${list(idle.standing)}`
  }${
    seldom.length === 0
      ? null
      : html`<p><b>Faults that seldom hit.</b> They touched nothing in most of their occurrences; what they cost is the mean over all of them.</p>${list(seldom)}`
  }</div>
`;
}

function list(lines: readonly string[]): Markup {
  const more = lines.length > 8 ? html`<li>and ${lines.length - 8} more</li>` : null;
  return html`<ul>${lines.slice(0, 8).map((line) => html`<li>${line}</li>`)}${more}</ul>`;
}
