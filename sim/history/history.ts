import type { Instant } from '../../proxy/host/units.ts';

/** What became of one user request; the classifier (sim/measure/classify.ts) decides for both worlds. */
export type Outcome = 'ok' | 'failed' | 'unknown';

/** Why a request was lost. One list for both worlds, reports and conformance; the index is what columns store. */
export const lossCauses = [
  'none',
  'no-connector',
  'connector-lost',
  'overload',
  'throttled',
  'backend-unreachable',
  'backend-timeout',
  'backend-error',
  'directory-unavailable',
  'token-service-unavailable',
  'sign-in-failed',
  'sign-in-incomplete',
  'service-unreachable',
  'connection-reset',
  'late',
  'user-timeout',
  'draining',
  'refused',
  'undecided',
] as const;
export type LossCause = (typeof lossCauses)[number];

/** Outcome codes as columns store them. */
export const outcomeCodes = ['ok', 'failed', 'unknown'] as const;

/**
 * Requests in columns: a run has millions. All arrays have the same length; row order is the order of decision (`end`).
 * JSON form: the same object with plain arrays.
 */
export interface RequestColumns {
  readonly length: number;
  /** Planned send instant, microseconds. */
  readonly start: ArrayLike<number>;
  /** Instant of decision, microseconds. */
  readonly end: ArrayLike<number>;
  /** Index into plan.applications. */
  readonly application: ArrayLike<number>;
  /** Index into outcomeCodes. */
  readonly outcome: ArrayLike<number>;
  /** Index into lossCauses; 0 for ok. */
  readonly cause: ArrayLike<number>;
}

export type HistoryEvent =
  | { readonly kind: 'fault-start' | 'fault-end'; readonly at: Instant; readonly fault: string }
  | { readonly kind: 'fault-hit'; readonly at: Instant; readonly fault: string; readonly hits: number }
  | { readonly kind: 'part-state'; readonly at: Instant; readonly part: string; readonly state: string };

/** Facts with instants, all an engine gives back. */
export interface History {
  readonly engine: 'virtual' | 'live';
  /** L1 message, L2 byte, L4 live. */
  readonly fidelity: 'L1' | 'L2' | 'L4';
  readonly planDigest: string;
  readonly requests: RequestColumns;
  /** Ordered by instant. */
  readonly events: readonly HistoryEvent[];
  /** The run covered [0, endedAt). */
  readonly endedAt: Instant;
  /** Hash over the ordered decisions and events; equal for equal plans in the virtual world. */
  readonly eventHash: string;
  /** Engine facts for provenance and stop conditions: late sends (live), events drawn (virtual), residues, … */
  readonly notes: Readonly<Record<string, string | number | boolean>>;
}
