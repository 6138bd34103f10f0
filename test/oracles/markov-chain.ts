import { invariant } from '../../proxy/host/errors.ts';

/**
 * Stationary distribution of a finite irreducible Markov chain by the elimination of Grassmann, Taksar and Heyman (1985).
 * `rates[i][j]`, i ≠ j, are transition rates (or probabilities); the diagonal is not read. No subtraction occurs, so
 * even probabilities of 1e-19 have all their digits; ordinary elimination loses them.
 */
export function stationaryDistribution(rates: ReadonlyArray<readonly number[]>): readonly number[] {
  const n = rates.length;
  const a = rates.map((row) => [...row]);
  const at = (i: number, j: number): number => a[i]?.[j] ?? 0;
  for (let k = n - 1; k > 0; k--) {
    let out = 0;
    for (let j = 0; j < k; j++) out += at(k, j);
    invariant(out > 0, `state ${k} cannot reach any state before it`);
    for (let i = 0; i < k; i++) {
      const row = a[i] as number[];
      const share = at(i, k) / out;
      row[k] = share;
      if (share === 0) continue;
      for (let j = 0; j < k; j++) if (j !== i) row[j] = at(i, j) + share * at(k, j);
    }
  }
  const weight = [1];
  let total = 1;
  for (let k = 1; k < n; k++) {
    let sum = 0;
    for (let i = 0; i < k; i++) sum += (weight[i] ?? 0) * at(i, k);
    weight.push(sum);
    total += sum;
  }
  return weight.map((w) => w / total);
}

/** Identical parts that fail and are repaired independently, times exponential; any one unit of time. */
export interface RepairableGroup {
  readonly n: number;
  readonly mtbf: number;
  readonly mttr: number;
  /** Repairs that can go on at once; n: nobody waits for a repair. */
  readonly crews: number;
}

/** Probability that exactly 0, 1, …, n parts are down: the birth-death chain, by GTH. */
export function downDistribution({ n, mtbf, mttr, crews }: RepairableGroup): readonly number[] {
  const rates = Array.from({ length: n + 1 }, () => new Array<number>(n + 1).fill(0));
  for (let down = 0; down <= n; down++) {
    const row = rates[down] as number[];
    if (down < n) row[down + 1] = (n - down) / mtbf;
    if (down > 0) row[down - 1] = Math.min(down, crews) / mttr;
  }
  return stationaryDistribution(rates);
}
