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
