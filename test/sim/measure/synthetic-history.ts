import { type Instant, instant, seconds } from '../../../proxy/host/units.ts';
import type { History, HistoryEvent, LossCause } from '../../../sim/history/history.ts';
import { causeIndex } from '../../../sim/measure/tally-history.ts';

export interface SyntheticRequest {
  readonly atS: number;
  readonly tookS: number;
  readonly cause: LossCause;
}

/** A history made of requests written down by hand; `cause` `none` is ok, `undecided` is unknown. */
export function synthetic(requests: readonly SyntheticRequest[], endS: number, events: HistoryEvent[] = []): History {
  const rows = [...requests].sort((a, b) => a.atS + a.tookS - b.atS - b.tookS);
  return {
    engine: 'virtual',
    fidelity: 'L1',
    planDigest: '',
    requests: {
      length: rows.length,
      start: rows.map((row) => seconds(row.atS)),
      end: rows.map((row) => seconds(row.atS + row.tookS)),
      application: rows.map(() => 0),
      outcome: rows.map(({ cause }) => (cause === 'none' ? 0 : cause === 'undecided' ? 2 : 1)),
      cause: rows.map(({ cause }) => causeIndex(cause)),
    },
    events,
    endedAt: instant(seconds(endS)) as Instant,
    eventHash: '',
    notes: {},
  };
}

/** `perSecond` requests evenly over [fromS, toS), all with the same fate. */
export function evenly(
  fromS: number,
  toS: number,
  perSecond: number,
  cause: LossCause = 'none',
  tookS = 0.1,
): SyntheticRequest[] {
  const count = Math.round((toS - fromS) * perSecond);
  return Array.from({ length: count }, (_, i) => ({ atS: fromS + i / perSecond, tookS, cause }));
}
