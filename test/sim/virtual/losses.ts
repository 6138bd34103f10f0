import { type History, lossCauses } from '../../../sim/history/history.ts';

/** Lost requests by cause, of those planned in [from, to) seconds. */
export function lossesOf(history: History, from = 0, to = Number.POSITIVE_INFINITY): Record<string, number> {
  const losses: Record<string, number> = {};
  const { length, start, cause } = history.requests;
  for (let row = 0; row < length; row++) {
    const at = (start[row] as number) / 1e6;
    const name = lossCauses[cause[row] as number] as string;
    if (name === 'none' || at < from || at >= to) continue;
    losses[name] = (losses[name] ?? 0) + 1;
  }
  return losses;
}

/** Requests planned in [from, to) seconds. */
export function requestsOf(history: History, from = 0, to = Number.POSITIVE_INFINITY): number {
  let count = 0;
  for (let row = 0; row < history.requests.length; row++) {
    const at = (history.requests.start[row] as number) / 1e6;
    if (at >= from && at < to) count += 1;
  }
  return count;
}
