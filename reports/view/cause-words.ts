import type { Loss } from '../../sim/measure/measurement.ts';
import { portion } from '../numbers.ts';

/** Where a loss comes from, coarse enough to colour: what an architect would spend on. */
export type CauseGroup =
  | 'connectors'
  | 'capacity'
  | 'sign-in'
  | 'directory'
  | 'backend'
  | 'network'
  | 'too late'
  | 'undecided';

interface CauseWords {
  readonly group: CauseGroup;
  readonly words: string;
}

const table: Readonly<Record<Loss['cause'], CauseWords>> = {
  none: { group: 'undecided', words: 'no cause recorded' },
  'no-connector': { group: 'connectors', words: 'no connector was available' },
  'connector-lost': { group: 'connectors', words: 'the connector failed during the request' },
  overload: { group: 'capacity', words: 'connectors were overloaded' },
  throttled: { group: 'capacity', words: 'throttled (429)' },
  refused: { group: 'capacity', words: 'refused by the service' },
  'backend-unreachable': { group: 'backend', words: 'backend unreachable' },
  'backend-timeout': { group: 'backend', words: 'backend timed out' },
  'backend-error': { group: 'backend', words: 'backend answered with an error' },
  'directory-unavailable': { group: 'directory', words: 'directory unavailable' },
  'token-service-unavailable': { group: 'sign-in', words: 'token service unavailable' },
  'sign-in-failed': { group: 'sign-in', words: 'sign-in failed' },
  'sign-in-incomplete': { group: 'sign-in', words: 'sign-in was not completed' },
  'service-unreachable': { group: 'network', words: 'proxy service unreachable' },
  'connection-reset': { group: 'network', words: 'connection reset' },
  draining: { group: 'network', words: 'instance was draining' },
  late: { group: 'too late', words: 'answered after the deadline' },
  'user-timeout': { group: 'too late', words: 'user gave up waiting' },
  undecided: { group: 'undecided', words: 'undecided at the end' },
};

/** In drawing order; the index is the colour class. */
export const causeGroups: readonly CauseGroup[] = [
  'connectors',
  'capacity',
  'sign-in',
  'directory',
  'backend',
  'network',
  'too late',
  'undecided',
];

/** Plain words for a cause; an unknown one (a newer result file) is shown as it is. */
function causeWords(cause: string): CauseWords {
  return Object.hasOwn(table, cause) ? table[cause as Loss['cause']] : { group: 'undecided', words: cause };
}

export interface CauseTotal {
  readonly cause: string;
  readonly words: string;
  readonly group: CauseGroup;
  readonly count: number;
  /** Of everything lost. */
  readonly share: number;
  readonly applications: ReadonlyArray<{ readonly application: string; readonly count: number }>;
}

/** Losses summed by cause, largest first, equal ones by name. */
export function causeTotals(losses: readonly Loss[]): CauseTotal[] {
  const all = losses.reduce((sum, loss) => sum + loss.count, 0);
  const causes = [...new Set(losses.map((loss) => loss.cause))];
  return causes
    .map((cause) => {
      const own = losses.filter((loss) => loss.cause === cause);
      const total = own.reduce((sum, loss) => sum + loss.count, 0);
      const applications = own
        .map((loss) => ({ application: loss.application, count: loss.count }))
        .sort((a, b) => b.count - a.count || (a.application < b.application ? -1 : 1));
      return { cause, ...causeWords(cause), count: total, share: all > 0 ? total / all : 0, applications };
    })
    .filter((total) => total.count > 0)
    .sort((a, b) => b.count - a.count || (a.cause < b.cause ? -1 : 1));
}

/** `Main causes of loss: token service unavailable (62 %), throttled (31 %).` Empty without a main cause. */
export function lossSentence(losses: readonly Loss[], where = ''): string {
  const totals = causeTotals(losses);
  const top = totals.slice(0, 3).filter((total) => total.share >= 0.05);
  if (top.length === 0) return '';
  const parts = top.map((total) => `${total.words} (${portion(total.share)})`);
  return `Main ${top.length === 1 ? 'cause' : 'causes'} of loss${where === '' ? '' : ` with ${where}`}: ${parts.join(', ')}.`;
}
