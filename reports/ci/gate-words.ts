import type { Verdict } from '../../sim/judge/verdict.ts';
import { decimalsFor } from '../numbers.ts';
import { plain } from '../text.ts';
import { demandWords, intervalWords, marks, objectiveShort } from '../view/verdict-words.ts';
import type { BaselineComparison, GateEntry } from './gate-entry.ts';

/** `error` when there is no result; a proven loss against the baseline counts as missed. */
export function entryVerdict(entry: GateEntry): Verdict | 'error' {
  if (entry.result === null) return 'error';
  return entry.baseline?.verdict === 'worse' ? 'missed' : entry.result.verdict;
}

export const entryMark = (entry: GateEntry): string => {
  const verdict = entryVerdict(entry);
  return verdict === 'error' ? '!' : marks[verdict];
};

export const entryName = (entry: GateEntry): string => plain(entry.result?.scenario.name ?? entry.file);

/** The objective that decides, in words: the first missed, else the first inconclusive, else the first. */
export function decidingWords(entry: GateEntry): string {
  if (entry.error !== null) return plain(`${entry.error.code}: ${entry.error.message}`);
  const objectives = entry.result?.objectives ?? [];
  const first =
    objectives.find((one) => one.verdict === 'missed') ??
    objectives.find((one) => one.verdict === 'inconclusive') ??
    objectives[0];
  if (first === undefined) return 'no objective';
  const span = intervalWords(first);
  return plain(
    `${first.name} ${objectiveShort(first)}${span === '' ? '' : ` ${span}`}, objective ${demandWords(first)}`,
  );
}

/** `+0.010 (-0.011 … +0.021) points to main`; empty without a baseline. */
export function baselineWords(baseline: BaselineComparison | null): string {
  if (baseline === null) return '';
  if (baseline.verdict === 'incomparable' || baseline.difference === null) {
    return plain(`not comparable to ${baseline.against}${baseline.reason === '' ? '' : `: ${baseline.reason}`}`);
  }
  const span = baseline.interval;
  const d = span === null ? 2 : Math.min(6, decimalsFor(((span[1] - span[0]) / 2) * 100));
  const signed = (x: number): string => `${x < 0 ? '-' : '+'}${Math.abs(x * 100).toFixed(d)}`;
  const interval = span === null ? '' : ` (${signed(span[0])} … ${signed(span[1])})`;
  return plain(`${signed(baseline.difference)}${interval} points to ${baseline.against}`);
}

export function gateTally(entries: readonly GateEntry[]): Readonly<Record<Verdict | 'error', number>> {
  const tally = { met: 0, missed: 0, inconclusive: 0, error: 0 };
  for (const entry of entries) tally[entryVerdict(entry)] += 1;
  return tally;
}

/** `gate: 1 missed, 1 inconclusive, 1 met`. */
export function tallyWords(entries: readonly GateEntry[]): string {
  const tally = gateTally(entries);
  const parts = (['error', 'missed', 'inconclusive', 'met'] as const)
    .filter((verdict) => tally[verdict] > 0)
    .map((verdict) => `${tally[verdict]} ${verdict === 'error' ? 'could not run' : verdict}`);
  return `gate: ${parts.join(', ') || 'no scenarios'}`;
}
