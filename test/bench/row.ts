/** One line of the benchmark: measured side by side with what it is compared with. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The promised bound of `value`; null when the row only informs. */
  readonly goal: number | null;
  readonly better: 'higher' | 'lower';
  /** What it was measured against, with its figure. */
  readonly against: string;
}
