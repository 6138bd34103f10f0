import type { CellResult } from '../../sim/store/result.ts';
import { portion } from '../numbers.ts';
import { plain } from '../text.ts';
import { causeTotals } from '../view/cause-words.ts';
import { roleNote } from '../view/cell-role.ts';
import { budgetWords } from '../view/error-budget.ts';
import { gapSentences } from '../view/gap.ts';
import { cellWords, headline } from '../view/headline.ts';
import { cellLoss, lossHead, lostPerReplication, lostRequestsHead, yearlyRun } from '../view/loss-words.ts';
import {
  availabilitySample,
  availabilityShort,
  demandWords,
  headCell,
  intervalWords,
  marks,
  objectiveShort,
  percentWords,
} from '../view/verdict-words.ts';
import { baselineWords } from './baseline-words.ts';
import type { GateEntry } from './gate-entry.ts';
import { decidingWords, entryMark, entryNames, tallyWords } from './gate-words.ts';

/** GitHub drops a step summary whole beyond 1,024 kB; this stays under it in UTF-8 bytes. */
export const summaryByteLimit = 900_000;

/**
 * Markdown for `GITHUB_STEP_SUMMARY`: headings start at ###, what was found in the open, tables folded. When it grows
 * too long, later scenarios lose their tables first, then their entry, and the summary says so.
 */
export function renderGithubSummary(entries: readonly GateEntry[], byteLimit = summaryByteLimit): string {
  const head = `### Holdfast ${markdown(tallyWords(entries))}\n\n${overview(entries)}\n`;
  const closing = '\n…cut here: the rest is in result.json and report.html of each scenario.\n';
  let text = head;
  let bytes = utf8Length(head) + utf8Length(closing);
  if (bytes > byteLimit) return `### Holdfast ${markdown(tallyWords(entries))}\n${closing}`;
  const nameOf = entryNames(entries);
  for (const entry of entries) {
    const options = [section(entry, nameOf(entry), true), section(entry, nameOf(entry), false)];
    const fits = options.find((option) => bytes + utf8Length(option) <= byteLimit);
    if (fits === undefined) return text + closing;
    text += fits;
    bytes += utf8Length(fits);
  }
  return text;
}

function overview(entries: readonly GateEntry[]): string {
  const nameOf = entryNames(entries);
  const rows = entries.map((entry) => [
    entryMark(entry),
    nameOf(entry),
    decidingWords(entry),
    baselineWords(entry.baseline),
  ]);
  return table(['', 'scenario', 'decided by', 'against baseline'], rows);
}

function section(entry: GateEntry, name: string, tables: boolean): string {
  const result = entry.result;
  if (result === null) {
    const hint = entry.error?.hint ?? '';
    return `\n#### ${entryMark(entry)} ${markdown(name)}\n\n${markdown(decidingWords(entry))}\n${hint === '' ? '' : `\n${markdown(hint)}\n`}`;
  }
  const head = headline(result, null);
  const prose = [head.finding, head.basis, gapSentences(result).join(' ')].filter((words) => words !== '');
  const open = `\n#### ${entryMark(entry)} ${markdown(name)}\n\n${prose.map(markdown).join('\n\n')}\n`;
  if (!tables) return open;
  const cell = result.cells[headCell(result) ?? -1];
  const objectives = (cell?.objectives ?? result.objectives).map((one) => [
    `${marks[one.verdict]} ${one.verdict}`,
    one.name,
    `${objectiveShort(one)} ${intervalWords(one)}`.trim(),
    demandWords(one),
    budgetWords(one),
    String(one.n),
    one.reason,
  ]);
  const n = cell?.n ?? 1;
  const causes = causeTotals((cell ?? result).measurement.losses).map((one) => [
    portion(one.share),
    one.words,
    lostPerReplication(one.count, n),
  ]);
  return [
    open,
    details(
      'Objectives',
      table(['verdict', 'objective', 'measured', 'limit', 'error budget used', 'n', 'why'], objectives),
    ),
    result.cells.length > 1
      ? details(
          `Configurations (${result.cells.length})`,
          table(
            ['verdict', 'configuration', percentWords(result), lossHead(yearlyRun(result)).toLowerCase(), 'cost', 'n'],
            result.cells.map((one, at) => cellRow(one, `${cellWords(result, one)}${roleNote(result, at)}`)),
          ),
        )
      : '',
    causes.length > 0
      ? details('Losses by cause', table(['share', 'cause', lostRequestsHead(n).toLowerCase()], causes))
      : '',
  ].join('');
}

function cellRow(cell: CellResult, words: string): string[] {
  const sample = availabilitySample(cell);
  return [
    `${marks[cell.verdict]} ${cell.verdict}`,
    words,
    `${availabilityShort(sample, sample.limit)} %`,
    cellLoss(cell, sample),
    String(cell.cost),
    String(cell.n),
  ];
}

function details(title: string, body: string): string {
  return `\n<details><summary>${markdown(title)}</summary>\n\n${body}\n</details>\n`;
}

function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(markdown).join(' | ')} |\n`;
  return `${line(head)}|${' --- |'.repeat(head.length)}\n${rows.map(line).join('')}`;
}

/** Names are data: no markup, no link, no mention and no table break can come from them. */
function markdown(text: string): string {
  return plain(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/([\\`*_{}[\]()#!|~$])/g, '\\$1')
    .replace(/@/g, '@\u200B')
    .replace(/:\/\//g, ':\u200B//');
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const point of text) {
    const code = point.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
