import type { Tally } from '../../measure/tally.ts';
import { summarize } from '../../statistics/sample.ts';
import type { ReplicationInventory } from './cell-inventory.ts';
import { isShared } from './window-evidence.ts';
import type { WindowType } from './window-types.ts';

const lost = (tally: Tally): number => tally.failed + tally.unknown;

/**
 * Asks for more samples of shared types until the part of the variance they cause is expected to be at most
 * `targetVariance` (of the mean unavailability): samples in proportion to weight × deviation / √cost (Neyman), at most
 * doubled at a time and never beyond `most` per type. Gives back whether anything was asked for.
 */
export function allocateSamples(
  replications: readonly ReplicationInventory[],
  ratio: number,
  targetVariance: number,
  limits: { readonly minWindows: number; readonly most: number },
): boolean {
  const weights = new Map<WindowType, number>();
  let requests = 0;
  for (const inventory of replications) {
    for (const [type, weight] of inventory) {
      requests += weight * summarize(type.results.map(({ tally }) => tally.requests)).mean;
      if (isShared(type, limits.minWindows)) weights.set(type, (weights.get(type) ?? 0) + weight);
    }
  }
  const rows = [...weights].map(([type, weight]) => {
    const { variance } = summarize(type.results.map(({ tally }) => lost(tally) - ratio * tally.requests));
    return { type, spread: (weight / requests) * Math.sqrt(variance), cost: Math.sqrt(type.requestsPerSample) };
  });
  const total = rows.reduce((sum, { spread, cost }) => sum + spread * cost, 0);
  let asked = false;
  for (const { type, spread, cost } of rows) {
    const ideal = Math.ceil(((spread / cost) * total) / targetVariance);
    const samples = Math.min(ideal, limits.most, 2 * type.results.length);
    if (samples > type.wanted) {
      type.want(samples);
      asked = true;
    }
  }
  return asked;
}
