import { unitsForZeroFailureBound } from '../statistics/zero-failures.ts';

const most = 1_000_000;

function words(more: number): string {
  if (more > most) return 'more than a million further replications would be needed';
  const n = Math.max(1, Math.ceil(more));
  return `about ${n} further ${n === 1 ? 'replication' : 'replications'} would decide`;
}

/** How many replications more bring the half-width below the distance to the limit, as a phrase; it falls with √n. */
export function moreRuns(n: number, halfWidth: number, distance: number): string {
  if (distance === 0) return 'the value is the limit itself';
  const factor = halfWidth / distance;
  return words(n * factor * factor - n);
}

/**
 * The same while nothing was lost: `limit` is the share of runs with a loss that the objective allows. `n`: replications
 * that sent requests, of all `runs`; among further ones the same part will.
 */
export function moreRunsWithoutLoss(limit: number, n: number, confidence: number, runs: number): string {
  if (!(limit > 0)) return 'no number of replications can prove that nothing is ever lost';
  return words((((limit >= 1 ? 1 : unitsForZeroFailureBound(limit, confidence)) - n) * runs) / n);
}
