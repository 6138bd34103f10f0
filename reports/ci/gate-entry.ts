import type { RunResult } from '../../sim/store/result.ts';

/** One scenario of a gate: its result, or why there is none. */
export interface GateEntry {
  /** Scenario file as given on the command line; also the name when there is no result. */
  readonly file: string;
  /** 1-based line of the objectives in the file; 0 when unknown. */
  readonly line: number;
  /** Real seconds it took. */
  readonly seconds: number;
  readonly result: RunResult | null;
  /** Coded error instead of a result (bad scenario, harness error). */
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null;
  readonly baseline: BaselineComparison | null;
}

/** Availability against a stored result on the same seeds: paired difference, new minus old, in shares. */
export interface BaselineComparison {
  /** What it was compared with, e.g. `main` or a file name. */
  readonly against: string;
  readonly verdict: 'worse' | 'better' | 'no-difference' | 'incomparable';
  readonly difference: number | null;
  readonly interval: readonly [number, number] | null;
  /** Why it is incomparable; else empty. */
  readonly reason: string;
}

/** What an inconclusive objective does to the gate. */
export type OnInconclusive = 'warn' | 'fail';
