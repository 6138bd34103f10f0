import { columns, type TextCell } from '../terminal/columns.ts';
import { painter, verdictInk } from '../terminal/paint.ts';
import { baselineWords } from './baseline-words.ts';
import type { GateEntry } from './gate-entry.ts';
import { decidingWords, entryMark, entryNames, entryVerdict, tallyWords } from './gate-words.ts';

/** One line per scenario and a last line that counts; for stdout of `holdfast gate`. Ends with a line end. */
export function renderGateLines(entries: readonly GateEntry[], options: { readonly color: boolean }): string {
  const paint = painter(options.color);
  const nameOf = entryNames(entries);
  const rows = entries.map((entry): TextCell[] => {
    const verdict = entryVerdict(entry);
    const mark = entryMark(entry);
    return [
      { text: mark, painted: paint(verdict === 'error' ? 'bad' : verdictInk[verdict], mark) },
      { text: nameOf(entry) },
      { text: decidingWords(entry) },
      { text: baselineWords(entry.baseline) },
    ];
  });
  return `${[...columns(rows), tallyWords(entries)].join('\n')}\n`;
}
