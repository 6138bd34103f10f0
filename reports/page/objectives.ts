import type { ObjectiveVerdict } from '../../sim/judge/verdict.ts';
import { budgetWords } from '../view/error-budget.ts';
import { demandWords, intervalWords, marks, objectiveShort } from '../view/verdict-words.ts';
import { html, type Insert, type Markup } from './html.ts';

/** One row an objective, with a small drawing of its interval against the limit; why it is undecided stands in a row of its own. */
export function objectivesTable(objectives: readonly ObjectiveVerdict[]): Markup {
  const budgets = objectives.map(budgetWords);
  const budgeted = budgets.some((words) => words !== '');
  const heads = ['Objective', 'Verdict', 'Asked', 'Measured', 'Interval', 'Against the limit'];
  if (budgeted) heads.push('Error budget used');
  heads.push('n');
  return html`<div class="scroll" role="region" aria-label="Objectives" tabindex="0"><table class="objectives">
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${objectives.map((one, at) => {
    const cells: Array<readonly [string, Insert]> = [
      ['', one.name],
      ['Verdict', html`<span class="word ${one.verdict}">${marks[one.verdict]}\u00A0${one.verdict}</span>`],
      ['Asked', demandWords(one)],
      ['Measured', objectiveShort(one)],
      ['Interval', intervalWords(one)],
      ['Against the limit', bullet(one)],
      ...(budgeted ? [['Budget used', budgets[at] === '' ? '–' : (budgets[at] ?? '–')] as const] : []),
      ['n', one.n],
    ];
    const why =
      one.reason === '' ? null : html`<tr class="why"><td colspan="${heads.length}">${one.reason}</td></tr>\n`;
    return html`<tr${why === null ? null : html` class="explained"`}>${cells.map(([label, inside]) => html`<td data-label="${label}">${inside}</td>`)}</tr>
${why}`;
  })}</tbody></table></div>
`;
}

const width = 190;
const height = 22;

/** The limit as a line, its good side shaded, value and interval as a mark; the same data stands in the row. */
function bullet(one: ObjectiveVerdict): Markup | string {
  if (one.value === null) return '';
  const [low, high] = one.interval ?? [one.value, one.value];
  const spread = Math.max(Math.max(high, one.limit) - Math.min(low, one.limit), 1e-9);
  const from = Math.min(low, one.limit) - spread * 0.15;
  const to = Math.max(high, one.limit) + spread * 0.15;
  const x = (value: number): number => Math.round((2 + ((value - from) / (to - from)) * (width - 4)) * 10) / 10;
  const limit = x(one.limit);
  const better = one.kind === 'availability' ? { x: limit, width: width - limit } : { x: 0, width: limit };
  const y = height / 2;
  return html`<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${`${one.name}: ${one.verdict}`}"><rect class="good" x="${better.x}" y="2" width="${Math.round(better.width * 10) / 10}" height="${height - 4}"/><line class="objective" x1="${limit}" x2="${limit}" y1="0" y2="${height}"/><path class="mark ${one.verdict}" d="M${x(low)} ${y}H${x(high)}M${x(one.value)} ${y - 5}v10"/></svg>`;
}
