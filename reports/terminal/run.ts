import type { ObjectiveVerdict } from '../../sim/judge/verdict.ts';
import type { Plan } from '../../sim/plan/plan.ts';
import type { RunResult } from '../../sim/store/result.ts';
import { portion } from '../numbers.ts';
import { plain, shortened } from '../text.ts';
import { causeTotals } from '../view/cause-words.ts';
import { budgetWords } from '../view/error-budget.ts';
import { gainSentences } from '../view/gain.ts';
import { gapSentences } from '../view/gap.ts';
import { cellWords, headline } from '../view/headline.ts';
import { idleFaults, seldomHits } from '../view/hit-words.ts';
import { longRunSentence } from '../view/long-run-words.ts';
import { lostPerReplication } from '../view/loss-words.ts';
import { otherObjectiveSentences } from '../view/other-objectives.ts';
import { demandWords, headCell, intervalWords, marks, objectiveShort } from '../view/verdict-words.ts';
import { columns, displayWidth, type TextCell, wrapped } from './columns.ts';
import { type Paint, painter, verdictInk } from './paint.ts';
import { sweepLegend, sweepTables } from './sweep-table.ts';

export interface TerminalOptions {
  /** Decided by the caller from NO_COLOR, FORCE_COLOR, TERM and the stream's TTY. */
  readonly color: boolean;
  /** Columns; prose is wrapped to it, wide tables are cut into several. */
  readonly width: number;
  /** Any cell's plan of this run, for the horizon. */
  readonly plan?: Plan;
  /** What to do next, label and command, e.g. `['report', 'out/checkout/report.html']`. */
  readonly next?: ReadonlyArray<readonly [label: string, command: string]>;
}

/** The whole outcome of `holdfast run` for stdout, ending with the verdict line. Ends with a line end. */
export function renderTerminal(result: RunResult, options: TerminalOptions): string {
  const paint = painter(options.color);
  const width = Math.max(40, options.width);
  const sweep = result.cells.length > 1;
  const head = headline(result, options.plan ?? null);
  const at = headCell(result);
  const cell = at === null ? undefined : result.cells[at];
  const prose = (text: string): string[] => wrapped(text, width, '  ');
  const block = (lines: readonly string[]): string[] => (lines.length === 0 ? [] : [...lines, '']);
  const spread = longRunSentence(result);
  const findings = [gainSentences(result), gapSentences(result)].filter((sentences) => sentences.length > 0);
  const lines = [
    ...firstLines(result, width, paint),
    ...wrapped(head.basis, width, '  ').map((line) => paint('dim', line)),
    '',
    ...block(
      sweep
        ? [
            ...sweepTables(result, paint, width),
            ...prose(sweepLegend(result)).map((line) => paint('dim', line)),
            ...otherObjectiveSentences(result).flatMap(prose),
          ]
        : [],
    ),
    ...(sweep && cell !== undefined ? [`  ${paint('strong', cellWords(result, cell))}`] : []),
    ...block(objectiveLines(cell?.objectives ?? result.objectives, width, paint)),
    ...block(causeLines(result, cell?.measurement ?? result.measurement)),
    ...block(idleLines(result, paint)),
    ...findings.flatMap((sentences) => block(prose(sentences.join(' ')))),
    ...block(nextLines(options.next ?? [])),
    ...block(spread === '' ? [] : prose(spread)),
    ...verdictLines(result, head.finding, width, paint),
  ];
  return `${lines.join('\n')}\n`;
}

/** Name and seed, on two lines where one is too narrow; both come from outside and may be long. */
function firstLines(result: RunResult, width: number, paint: Paint): string[] {
  const name = shortened(result.scenario.name, Math.min(80, width));
  const seed = shortened(`seed ${plain(result.seed)}`, width - 2);
  const strong = paint('strong', name);
  return displayWidth(name) + 3 + displayWidth(seed) <= width ? [`${strong}   ${seed}`] : [strong, `  ${seed}`];
}

/** The last thing on the screen: mark and finding. The mark is one column, painted after wrapping. */
function verdictLines(result: RunResult, finding: string, width: number, paint: Paint): string[] {
  const mark = marks[result.verdict];
  const [first = '', ...rest] = wrapped(finding, width, '  ', `${mark} `);
  return [paint(verdictInk[result.verdict], mark) + first.slice(mark.length), ...rest];
}

/** A line an objective: figure, interval, demand, mark; under it the error budget used, and why it is inconclusive. */
function objectiveLines(objectives: readonly ObjectiveVerdict[], width: number, paint: Paint): string[] {
  const rows = objectives.map((one): TextCell[] => {
    const mark = marks[one.verdict];
    const verdict = `${mark} ${one.verdict}`;
    return [
      { text: shortened(one.name, 32) },
      { text: objectiveShort(one), align: 'right' },
      { text: intervalWords(one) },
      { text: `objective ${demandWords(one)}` },
      { text: verdict, painted: paint(verdictInk[one.verdict], verdict) },
    ];
  });
  return columns(rows).flatMap((line, at) => {
    const objective = objectives[at];
    const budget = objective === undefined ? '' : budgetWords(objective);
    const under = [budget === '' ? '' : `error budget used: ${budget}`, objective?.reason ?? ''];
    const lines = under.filter((text) => text !== '').flatMap((text) => wrapped(plain(text), width, '    '));
    return [`  ${line}`, ...lines.map((text) => paint('dim', text))];
  });
}

function causeLines(result: RunResult, measurement: RunResult['measurement']): string[] {
  const totals = causeTotals(measurement.losses);
  if (totals.length === 0) return [];
  const shown = totals.slice(0, 6);
  const n = result.cells[headCell(result) ?? 0]?.n ?? 1;
  const rows = shown.map((total): TextCell[] => [
    { text: portion(total.share), align: 'right' },
    { text: plain(total.words) },
    { text: lostPerReplication(total.count, n), align: 'right' },
  ]);
  const lines = [
    `  lost requests by cause${n > 1 ? ', per replication' : ''}`,
    ...columns(rows).map((line) => `    ${line}`),
  ];
  if (totals.length > shown.length) lines.push(`    and ${totals.length - shown.length} more in the report`);
  return lines;
}

function idleLines(result: RunResult, paint: Paint): string[] {
  const idle = idleFaults(result);
  const title = paint('unsure', 'faults that hit nothing');
  const where = result.cells.length < 2 ? 'the verdict' : 'the verdict there';
  return [
    ...faultLines(`${title} (they make ${where} inconclusive)`, idle.deciding),
    ...faultLines(`${title} (${where} is missed without them and stands)`, idle.standing),
    ...faultLines(`${paint('unsure', 'faults that seldom hit')} (the verdict stands)`, seldomHits(result)),
  ];
}

function faultLines(title: string, faults: readonly string[]): string[] {
  if (faults.length === 0) return [];
  const more = faults.length > 5 ? [`    and ${faults.length - 5} more`] : [];
  return [`  ${title}`, ...faults.slice(0, 5).map((fault) => `    ${shortened(fault, 100)}`), ...more];
}

function nextLines(next: ReadonlyArray<readonly [string, string]>): string[] {
  return columns(next.map(([label, command]) => [{ text: label }, { text: plain(command) }])).map(
    (line) => `  ${line}`,
  );
}
