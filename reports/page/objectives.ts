import type { ObjectiveVerdict } from '../../sim/judge/verdict.ts';
import { budgetWords } from '../view/error-budget.ts';
import { demandWords, intervalWords, marks, objectiveShort } from '../view/verdict-words.ts';
import { html, type Markup } from './html.ts';

/** One row an objective, with a small drawing of its interval against the limit. */
export function objectivesTable(objectives: readonly ObjectiveVerdict[]): Markup {
  const budgets = objectives.map(budgetWords);
  const budgeted = budgets.some((words) => words !== '');
  const cell = (words: string): Markup => html`<td class="num">${words === '' ? '–' : words}</td>`;
  return html`<div class="scroll"><table class="objectives">
<thead><tr><th scope="col">Objective</th><th scope="col">Asked</th><th scope="col">Measured</th><th scope="col">Interval</th><th scope="col">Against the limit</th>${budgeted && html`<th scope="col">Error budget used</th>`}<th scope="col">Verdict</th><th scope="col">n</th></tr></thead>
<tbody>${objectives.map(
    (
      one,
      at,
    ) => html`<tr><td>${one.name}</td><td class="num">${demandWords(one)}</td><td class="num">${objectiveShort(one)}</td><td class="num muted">${intervalWords(one)}</td><td>${bullet(one)}</td>${budgeted && cell(budgets[at] ?? '')}<td><span class="word ${one.verdict}">${marks[one.verdict]} ${one.verdict}</span>${one.reason === '' ? null : html`<br><small class="muted">${one.reason}</small>`}</td><td class="num">${one.n}</td></tr>
`,
  )}</tbody></table></div>
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
  return html`<svg width="${width}" height="${height}" role="img" aria-label="${`${one.name}: ${one.verdict}`}"><rect class="good" x="${better.x}" y="2" width="${Math.round(better.width * 10) / 10}" height="${height - 4}"/><line class="objective" x1="${limit}" x2="${limit}" y1="0" y2="${height}"/><path class="mark ${one.verdict}" d="M${x(low)} ${y}H${x(high)}M${x(one.value)} ${y - 5}v10"/></svg>`;
}
