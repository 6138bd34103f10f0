/**
 * Holm's step-down rule for several tests at once: adjusted p-values in the order given, so that rejecting those below
 * `alpha` keeps the chance of any false rejection at most `alpha`, whatever the dependence.
 */
export function holmAdjusted(pValues: readonly number[]): readonly number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0) || a - b);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let highest = 0;
  order.forEach((index, rank) => {
    highest = Math.max(highest, Math.min(1, (pValues.length - rank) * (pValues[index] ?? 0)));
    adjusted[index] = highest;
  });
  return adjusted;
}
