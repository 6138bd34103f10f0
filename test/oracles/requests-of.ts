import { type History, type LossCause, lossCauses } from '../../sim/history/history.ts';

/** One decided request; instants in seconds of plan time. */
export interface SeenRequest {
  readonly start: number;
  readonly end: number;
  readonly ok: boolean;
  readonly cause: LossCause;
}

/** The requests of a history that were planned in [from, to) seconds. */
export function requestsOf(history: History, from = 0, to = Number.POSITIVE_INFINITY): readonly SeenRequest[] {
  const { length, start, end, cause } = history.requests;
  const seen: SeenRequest[] = [];
  for (let row = 0; row < length; row++) {
    const at = (start[row] as number) / 1e6;
    if (at < from || at >= to) continue;
    const why = lossCauses[cause[row] as number] as LossCause;
    seen.push({ start: at, end: (end[row] as number) / 1e6, ok: why === 'none', cause: why });
  }
  return seen;
}

/** Lost requests by cause; empty when all were served. */
export function lossesBy(requests: readonly SeenRequest[]): Partial<Record<LossCause, number>> {
  const losses: Partial<Record<LossCause, number>> = {};
  for (const { ok, cause } of requests) if (!ok) losses[cause] = (losses[cause] ?? 0) + 1;
  return losses;
}

export const shareOk = (requests: readonly SeenRequest[]): number =>
  requests.filter(({ ok }) => ok).length / Math.max(1, requests.length);

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** Standard error of the mean of independent values (n − 1 in the denominator). */
export function standardErrorOf(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) * (value - centre), 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}
