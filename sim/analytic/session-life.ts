/**
 * Share of users still served `t` after the token service went away, when nobody can sign in anew: sessions live for a
 * time uniform in [from, to] and their ages are in equilibrium, so what is left of them has the stationary excess
 * distribution. For 60 to 90 minutes: 1 − t/75 up to 60, then (90 − t)²/4500. All in one unit of time.
 */
export function servedShare(t: number, from: number, to: number): number {
  if (t <= 0) return 1;
  if (t >= to) return 0;
  const mean = (from + to) / 2;
  if (t <= from) return 1 - t / mean;
  const left = to - t;
  return (left * left) / (2 * (to - from) * mean);
}

/**
 * Mean share of requests lost over outages of mean length `mean`, weighted by their length: E ∫(1 − served) / E length, by
 * the midpoint rule in 2,000 steps. After the outage everybody signs in again at once.
 */
export function lostShareOfOutage(
  mean: number,
  distribution: 'exponential' | 'constant',
  life: { readonly from: number; readonly to: number },
): number {
  const steps = 2000;
  // An exponential outage is still on at t with probability exp(−t/mean); beyond 20 means nothing is left.
  const end = distribution === 'constant' ? mean : 20 * mean;
  const step = end / steps;
  let lost = 0;
  for (let i = 0; i < steps; i++) {
    const t = (i + 0.5) * step;
    const on = distribution === 'constant' ? 1 : Math.exp(-t / mean);
    lost += on * (1 - servedShare(t, life.from, life.to)) * step;
  }
  return lost / mean;
}

/**
 * Mean share served between `from` and `to` (one unit of time, on one clock) while outages that began at `since` go on, each
 * of something with lives of its own; ages are independent. 1 without an outage. Midpoint rule in 2,000 steps.
 */
export function meanServedShare(
  from: number,
  to: number,
  outages: ReadonlyArray<{ readonly since: number; readonly life: { readonly from: number; readonly to: number } }>,
): number {
  if (outages.length === 0) return 1;
  const steps = 2000;
  let served = 0;
  for (let i = 0; i < steps; i++) {
    const t = from + ((i + 0.5) * (to - from)) / steps;
    served += outages.reduce((share, { since, life }) => share * servedShare(t - since, life.from, life.to), 1);
  }
  return served / steps;
}
