import type { RunResult } from '../store/result.ts';
import { exitCodes } from './exit-codes.ts';

type Compared = Pick<RunResult, 'engine' | 'eventHash' | 'verdict' | 'stopReason'>;

/** What there is to compare once a replay has ended. */
export interface Replayed {
  readonly recorded: Compared;
  readonly again: Compared;
  /** The record was edited, so it is not the run that its result is of. */
  readonly edited: boolean;
  /** The replay was told to stop: it may be a part of the run only. */
  readonly interrupted: boolean;
}

/** What a replay says and its exit code. A replay that was stopped proves nothing, in neither direction. */
export function compareReplay({ recorded, again, edited, interrupted }: Replayed): {
  readonly lines: readonly string[];
  readonly code: number;
} {
  if (interrupted || again.stopReason === 'interrupted') {
    return {
      lines: ['interrupted: whether the run is identical to the recorded one was not found out'],
      code: exitCodes.inconclusive,
    };
  }
  const hashes = [
    `recorded  ${recorded.eventHash}  ${recorded.verdict}`,
    `replayed  ${again.eventHash}  ${again.verdict}`,
  ];
  if (again.engine === 'live') {
    const why = 'a live run has real time in it: the plan was repeated, its events are not expected to be identical';
    return {
      lines: [...hashes, why],
      code: again.verdict === recorded.verdict ? exitCodes.met : exitCodes.inconclusive,
    };
  }
  const identical = again.eventHash === recorded.eventHash && !edited;
  return {
    lines: [...hashes, `identical to the recorded run: ${identical ? 'yes' : 'no'}`],
    code: identical ? exitCodes.met : exitCodes.missed,
  };
}
