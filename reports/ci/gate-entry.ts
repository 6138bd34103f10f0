import type { BaselineComparison } from '../../sim/judge/baseline.ts';
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
  readonly baseline: AgainstBaseline | null;
}

/** The comparison with a stored result, and the name it goes by in words (`main`, a file name). */
export interface AgainstBaseline {
  readonly against: string;
  readonly comparison: BaselineComparison;
}

/** What an inconclusive objective does to the gate. */
export type OnInconclusive = 'warn' | 'fail';
