import type { RunResult, Timeline } from '../../sim/store/result.ts';
import { curvesChart } from '../charts/curves.ts';
import { comparesSizes, compositionChart, lossesChart } from '../charts/losses.ts';
import { matrixChart } from '../charts/matrix.ts';
import { spreadChart } from '../charts/spread.ts';
import { timelineChart } from '../charts/timeline.ts';
import { wholeRunChart } from '../charts/whole-run.ts';
import { meanCount, shareFigure, withInterval } from '../numbers.ts';
import { glued, plural } from '../text.ts';
import { aftermathSentence } from '../view/aftermath-words.ts';
import { lossSentence } from '../view/cause-words.ts';
import { gainSentences } from '../view/gain.ts';
import { gapSentences } from '../view/gap.ts';
import { cellWords } from '../view/headline.ts';
import { otherObjectiveSentences } from '../view/other-objectives.ts';
import { headCell, nothingLost } from '../view/verdict-words.ts';
import { wholeRunWords } from '../view/whole-run-words.ts';
import { baselineSection } from './baseline.ts';
import { definitions, provenance } from './closing.ts';
import type { ReportExtras } from './extras.ts';
import { html, type Markup } from './html.ts';
import { objectivesTable } from './objectives.ts';

/** A part of the page under one heading; null when the result has nothing to say there. */
export type Section = (result: RunResult, extras: ReportExtras) => Markup | null;

/** The page in reading order. A new chart is one file in charts/ and one line here. */
export const sections: readonly Section[] = [
  objectives,
  (_, extras) => baselineSection(extras.baseline ?? null),
  redundancy,
  gap,
  spread,
  time,
  losses,
  composition,
  provenance,
  (result, extras) => definitions(result, extras.plans ?? []),
];

const sentences = (all: readonly string[]): Markup[] =>
  all.filter((words) => words !== '').map((words) => html`<p>${glued(words)}</p>\n`);

function objectives(result: RunResult): Markup {
  const index = headCell(result);
  const cell = index === null ? undefined : result.cells[index];
  const several = cell !== undefined && result.cells.length > 1;
  return html`<h2 id="objectives">Objectives</h2>
${several && html`<p class="muted">For ${cellWords(result, cell)}.</p>`}${objectivesTable(cell?.objectives ?? result.objectives)}${upTime(cell ?? result)}${unrecovered((cell ?? result).measurement.unrecovered, cell?.n ?? 1)}`;
}

/** The other of the two availabilities, where the objective is about requests. */
function upTime({ measurement, objectives }: Pick<RunResult, 'measurement' | 'objectives'>): Markup | null {
  const { timeAvailability } = measurement;
  const figure = shareFigure(timeAvailability, null);
  if (figure === null || objectives.some(({ name }) => name.endsWith('by time'))) return null;
  const words =
    nothingLost(timeAvailability) && figure.low !== null
      ? `at least ${figure.low} %, no window was down`
      : withInterval(figure);
  return html`<p class="muted">${glued(`Counted by time instead of requests: ${words}.`)}</p>
`;
}

/** Recovery is measured only where it was seen: say how often it was not. */
function unrecovered(times: number, n: number): Markup | null {
  if (times <= 0) return null;
  const faults =
    n > 1 ? `${meanCount(times / n)} faults a replication, on average,` : plural(Math.ceil(times), 'fault');
  return html`<p class="muted">After ${faults} service was not seen to come back: the next fault or the end of the run came first.</p>
`;
}

/** The sweep turns a number of parts, not only settings. */
function ofSize(result: RunResult): boolean {
  return result.axes.some((axis) => axis.values.length > 1 && axis.values.every((value) => typeof value === 'number'));
}

function redundancy(result: RunResult): Markup | null {
  if (result.cells.length < 2) return null;
  return html`<h2 id="redundancy">${ofSize(result) ? 'How much redundancy?' : 'Which configuration?'}</h2>
${sentences([gainSentences(result).join(' '), ...otherObjectiveSentences(result)])}${matrixChart(result)}`;
}

function gap(result: RunResult): Markup | null {
  const words = gapSentences(result);
  const sweep = result.cells.length > 1;
  if (!sweep && words.length === 0) return null;
  return html`<h2 id="gap">${words.length > 0 ? 'What redundancy promises, and what it gives' : 'Availability with its interval'}</h2>
${sentences([words.join(' ')])}${sweep && curvesChart(result)}`;
}

/** The mean of a long run is no month that anybody has: how the replications differ. */
function spread(result: RunResult): Markup | null {
  const head = headCell(result);
  const cell = head === null ? undefined : result.cells[head];
  const chart = spreadChart(result);
  if (cell === undefined || chart === null) return null;
  return html`<h2 id="spread-of-runs">How much one replication differs from another</h2>
${chart}`;
}

function time(result: RunResult): Markup | null {
  const { timeline } = result;
  if (timeline === null) return null;
  const heading = html`<h2 id="time">${broke(timeline) ? 'What broke, and when' : 'One replication over time'}</h2>\n${sentences([aftermathSentence(result)])}`;
  const chart = timelineChart(result, timeline);
  if (timeline.whole === null) return html`${heading}${drawnFor(result, timeline)}${chart}${contrast(result)}`;
  const episode = timeline.whole.spans.some((span) => span.lost > 0)
    ? 'The worst episode, enlarged'
    : 'A part, enlarged';
  return html`${heading}${sentences([wholeRunWords(result, timeline, timeline.whole).join(' ')])}${wholeRunChart(result, timeline, timeline.whole)}<h3>${episode}</h3>\n${chart}${contrast(result)}`;
}

const broke = ({ lanes, whole }: Timeline): boolean => whole !== null || lanes.some((lane) => lane.bars.length > 0);

/** Two time lines on a page need a word each. */
function drawnFor(result: RunResult, { cell }: Timeline): Markup | null {
  const drawn = result.cells[cell];
  const two = (result.contrast ?? null) !== null;
  return drawn === undefined || !two ? null : html`<h3>With ${cellWords(result, drawn)}</h3>\n`;
}

/** The same replication in a configuration that did worse: what the chosen one is worth. */
function contrast(result: RunResult): Markup | null {
  const other = result.contrast ?? null;
  const cell = other === null ? undefined : result.cells[other.cell];
  if (other === null || cell === undefined) return null;
  const part = other.whole === null ? '' : ': its worst episode';
  return html`<h3>With ${cellWords(result, cell)}${part}</h3>\n${timelineChart(result, other, 'timeline-contrast')}`;
}

function losses(result: RunResult): Markup | null {
  const head = headCell(result);
  const at = lossy(result, head) ? head : lossyCell(result);
  const cell = at === null ? undefined : result.cells[at];
  const lost = (cell ?? result).measurement.losses;
  const heading = html`<h2 id="why">Why requests were lost</h2>\n`;
  const { requests } = (cell ?? result).measurement;
  // Where nothing broke and nothing was lost there is no question to answer.
  if (lost.length === 0 && requests > 0 && result.timeline !== null && !broke(result.timeline)) return null;
  if (lost.length === 0)
    return requests > 0 ? html`${heading}<p>No request was lost.</p>` : html`${heading}<p>No request was recorded.</p>`;
  const n = cell?.n ?? 1;
  if (cell === undefined || result.cells.length < 2)
    return html`${heading}${sentences([lossSentence(lost)])}${lossesChart(lost, n)}`;
  const chosen = head === null ? undefined : result.cells[head];
  const none = at === head || chosen === undefined ? '' : `Nothing was lost with ${cellWords(result, chosen)}. `;
  const where = cellWords(result, cell);
  const words = lossSentence(lost, where) || `With ${where} there are many small causes of loss.`;
  return html`${heading}${sentences([`${none}${words}`])}${lossesChart(lost, n)}`;
}

function lossy(result: RunResult, at: number | null): boolean {
  return at !== null && (result.cells[at]?.measurement.losses.length ?? 0) > 0;
}

/** Where to look when the chosen cell lost nothing: the cell of the time line, else the first that lost requests. */
function lossyCell(result: RunResult): number | null {
  const drawn = result.timeline?.cell ?? null;
  if (lossy(result, drawn)) return drawn;
  const first = result.cells.findIndex((_, at) => lossy(result, at));
  return first < 0 ? null : first;
}

function composition(result: RunResult): Markup | null {
  const chart = result.cells.length > 1 ? compositionChart(result) : null;
  return (
    chart &&
    html`<h3>${comparesSizes(result) ? 'What more redundancy removes, and what stays' : 'What the losses consist of in each configuration'}</h3>\n${chart}`
  );
}
