import type { RunResult, Timeline } from '../../sim/store/result.ts';
import { plain } from '../text.ts';

/** Which replication is drawn: `Replication 1 of 20 (seed 0x5eed)`, `The only replication (seed 7)`. */
export function replicationWords(result: RunResult, { cell, replication }: Timeline): string {
  const n = result.cells[cell]?.n ?? 0;
  const seed = `(seed ${plain(result.seed)})`;
  if (n === 1) return `The only replication ${seed}`;
  return `Replication ${replication + 1}${n > 1 ? ` of ${n}` : ''} ${seed}`;
}
