import type { ObjectiveVerdict } from '../../sim/judge/verdict.ts';
import type { RunResult } from '../../sim/store/result.ts';
import { listed, plain, plural } from '../text.ts';
import { cellWords } from './headline.ts';
import { demandWords, intervalWords, objectiveShort } from './verdict-words.ts';

/** More cells than this are counted, not named. */
const namedCells = 2;

/** `latency p99 is 956 ms (955 … 957), missing at most 800 ms`. */
function figureWords(one: ObjectiveVerdict): string {
  const value = `${objectiveShort(one)} ${intervalWords(one)}`.trim();
  const against = one.verdict === 'missed' ? 'missing' : 'not enough to decide on';
  return `${plain(one.name)} is ${value}, ${against} ${demandWords(one)}`;
}

/**
 * A sweep shows availability in every cell, but a cell must meet every objective. For readers who wonder about a cross
 * beside a good figure: how many cells are held back by which other objective. Empty when none is.
 */
export function otherObjectiveSentences(result: RunResult): string[] {
  if (result.cells.length < 2) return [];
  const names = new Map<string, number>();
  const held: string[] = [];
  for (const cell of result.cells) {
    const { objectives } = cell;
    const open = objectives.filter(({ kind, verdict }) => kind !== 'availability' && verdict !== 'met');
    const served = objectives.every(({ kind, verdict }) => kind !== 'availability' || verdict === 'met');
    if (open.length === 0 || !served) continue;
    const name = listed(open.map((one) => `${plain(one.name)} (${one.verdict})`));
    names.set(name, (names.get(name) ?? 0) + 1);
    held.push(`With ${cellWords(result, cell)} ${listed(open.map(figureWords))}.`);
  }
  if (held.length <= namedCells) return held;
  return [...names].map(
    ([name, n]) =>
      `${plural(n, 'configuration')} ${n === 1 ? 'serves' : 'serve'} enough requests and ${n === 1 ? 'fails' : 'fail'} for another reason: ${name}.`,
  );
}
