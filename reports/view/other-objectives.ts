import type { RunResult } from '../../sim/store/result.ts';
import { listed, plain, plural } from '../text.ts';

/**
 * A sweep shows availability in every cell, but a cell must meet every objective. For readers who wonder about a cross
 * beside a good figure: how many cells are held back by which other objective. Empty when none is.
 */
export function otherObjectiveSentences(result: RunResult): string[] {
  if (result.cells.length < 2) return [];
  const names = new Map<string, number>();
  for (const { objectives } of result.cells) {
    const open = objectives.filter(({ kind, verdict }) => kind !== 'availability' && verdict !== 'met');
    const served = objectives.every(({ kind, verdict }) => kind !== 'availability' || verdict === 'met');
    if (open.length === 0 || !served) continue;
    const name = listed(open.map((one) => `${plain(one.name)} (${one.verdict})`));
    names.set(name, (names.get(name) ?? 0) + 1);
  }
  return [...names].map(
    ([name, n]) =>
      `${plural(n, 'configuration')} ${n === 1 ? 'serves' : 'serve'} enough requests and ${n === 1 ? 'fails' : 'fail'} for another reason: ${name}.`,
  );
}
