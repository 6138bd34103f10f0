import { stationaryDistribution } from './gth.ts';

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

/** Number of parts up when each is up with a probability of its own, independently: P(0 up), …, P(n up). */
export function upDistribution(unavailabilities: readonly number[]): readonly number[] {
  let distribution = [1];
  for (const q of unavailabilities) {
    const next = new Array<number>(distribution.length + 1).fill(0);
    distribution.forEach((p, up) => {
      next[up] = (next[up] ?? 0) + p * q;
      next[up + 1] = (next[up + 1] ?? 0) + p * (1 - q);
    });
    distribution = next;
  }
  return distribution;
}
