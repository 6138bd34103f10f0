import type { Verdict } from '../../sim/judge/verdict.ts';
import { plain } from '../text.ts';
import { cellWords } from '../view/headline.ts';
import { demandWords, headCell, intervalWords, marks, nothingAsked, objectiveShort } from '../view/verdict-words.ts';
import { isNew, provenLoss, undecided } from './baseline-words.ts';
import type { GateEntry } from './gate-entry.ts';

/**
 * `error` when there is no result; a proven loss against the baseline counts as missed, and a comparison with it that
 * could not be made leaves open whether the change made it worse.
 */
export function entryVerdict(entry: GateEntry): Verdict | 'error' {
  if (entry.result === null) return 'error';
  if (provenLoss(entry.baseline)) return 'missed';
  return undecided(entry.baseline) && entry.result.verdict === 'met' ? 'inconclusive' : entry.result.verdict;
}

export const entryMark = (entry: GateEntry): string => {
  const verdict = entryVerdict(entry);
  return verdict === 'error' ? '!' : marks[verdict];
};

/**
 * What the lines of one gate call each entry: the name of its scenario, with its file where another file has a scenario of
 * that name; the file where there is no result.
 */
export function entryNames(entries: readonly GateEntry[]): (entry: GateEntry) => string {
  const name = (entry: GateEntry): string => plain(entry.result?.scenario.name ?? entry.file);
  const files = new Map<string, Set<string>>();
  for (const entry of entries) files.set(name(entry), (files.get(name(entry)) ?? new Set()).add(entry.file));
  return (entry) => {
    const own = name(entry);
    return (files.get(own)?.size ?? 0) < 2 || own === plain(entry.file) ? own : `${own} (${plain(entry.file)})`;
  };
}

/** The objective that decides, in words: the first missed, else the first inconclusive, else the first. */
export function decidingWords(entry: GateEntry): string {
  if (entry.error !== null) return plain(`${entry.error.code}: ${entry.error.message}`);
  const objectives = entry.result?.objectives ?? [];
  const first =
    objectives.find((one) => one.verdict === 'missed') ??
    objectives.find((one) => one.verdict === 'inconclusive') ??
    objectives[0];
  if (first === undefined) return nothingAsked;
  const span = intervalWords(first);
  const result = entry.result;
  const cell = result === null || result.cells.length < 2 ? undefined : result.cells[headCell(result) ?? -1];
  const which = result === null || cell === undefined ? '' : ` (${cellWords(result, cell)})`;
  return plain(
    `${first.name} ${objectiveShort(first)}${span === '' ? '' : ` ${span}`}, objective ${demandWords(first)}${which}`,
  );
}

function gateTally(entries: readonly GateEntry[]): Readonly<Record<Verdict | 'error', number>> {
  const tally = { met: 0, missed: 0, inconclusive: 0, error: 0 };
  for (const entry of entries) tally[entryVerdict(entry)] += 1;
  return tally;
}

/** `gate: 1 missed, 1 inconclusive, 1 met; 1 new, not in main`. */
export function tallyWords(entries: readonly GateEntry[]): string {
  const tally = gateTally(entries);
  const parts = (['error', 'missed', 'inconclusive', 'met'] as const)
    .filter((verdict) => tally[verdict] > 0)
    .map((verdict) => `${tally[verdict]} ${verdict === 'error' ? 'could not run' : verdict}`);
  const fresh = entries.filter(({ baseline }) => isNew(baseline));
  const name = fresh[0]?.baseline?.against;
  const added = name === undefined ? '' : `; ${fresh.length} new, not in ${plain(name)}`;
  return `gate: ${parts.join(', ') || 'no scenarios'}${added}`;
}
