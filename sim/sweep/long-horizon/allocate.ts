import { type RareLoss, unseenIn } from '../../measure/rare-loss.ts';
import type { Tally } from '../../measure/tally.ts';
import { summarize } from '../../statistics/sample.ts';
import type { ReplicationInventory } from './cell-inventory.ts';
import type { WindowType } from './window-types.ts';

const lost = (tally: Tally): number => tally.failed + tally.unknown;

/**
 * Asks for more samples of shared types until the part of the variance they cause is expected to be at most
 * `targetVariance` (of the mean unavailability): samples in proportion to weight × deviation / √cost (Neyman), at most
 * doubled at a time and never beyond `most` per type.
 */
export function allocateSamples(
  replications: readonly ReplicationInventory[],
  ratio: number,
  targetVariance: number,
  most: number,
): void {
  const weights = new Map<WindowType, number>();
  let requests = 0;
  for (const inventory of replications) {
    for (const [type, weight] of inventory) {
      requests += weight * summarize(type.results.map(({ tally }) => tally.requests)).mean;
      if (type.isShared) weights.set(type, (weights.get(type) ?? 0) + weight);
    }
  }
  const rows = [...weights].map(([type, weight]) => {
    const { variance } = summarize(type.results.map(({ tally }) => lost(tally) - ratio * tally.requests));
    return { type, spread: (weight / requests) * Math.sqrt(variance), cost: Math.sqrt(type.requestsPerSample) };
  });
  const total = rows.reduce((sum, { spread, cost }) => sum + spread * cost, 0);
  for (const { type, spread, cost } of rows) {
    const ideal = Math.ceil(((spread / cost) * total) / targetVariance);
    type.want(Math.min(ideal, most, 2 * type.results.length));
  }
}

/**
 * How many samples of each type are enough for a cell whose interval has this half-width. A loss that happens in a share
 * p of a type's windows is missed by n windows unless p is above 3/n (rule of three); at worst it takes the whole window.
 * So n is such that 3/n of all the time spent in the type is less than the half-width, at most `least`. A sample of a stretch
 * is several windows, which saves most of what a sample costs to set up; `pilot` samples there are in any case.
 */
export function demandSamples(
  replications: readonly ReplicationInventory[],
  halfWidth: number,
  limits: { readonly pilot: number; readonly least: number },
): void {
  const spans = new Map<WindowType, number>();
  let total = 0;
  for (const inventory of replications) {
    for (const [type, weight] of inventory) {
      spans.set(type, (spans.get(type) ?? 0) + weight * type.length);
      total += weight * type.length;
    }
  }
  for (const [type, span] of spans) {
    const needed = halfWidth > 0 ? Math.ceil((3 * span) / total / halfWidth) : limits.least;
    const samples = Math.ceil(Math.min(limits.least, needed) / type.windowsPerSample);
    type.enough = Math.max(type.enough, limits.pilot, samples);
  }
}

/**
 * Asks for more samples of types in which a loss may hide that few samples showed, or none, until what intervals allow for
 * it is at most `target` of the whole, one-sided at `error`: at most doubled at a time, and never more requests of one type
 * than `mostRequests`. `rare` speaks of `types` by index. A window that needs more than it occurs gets one for each.
 */
export function pursueRareLosses(
  types: readonly WindowType[],
  rare: readonly RareLoss[],
  target: number,
  error: number,
  mostRequests: number,
): void {
  for (const kind of rare) {
    const type = types[kind.type];
    const hidden = unseenIn(kind, error);
    if (type === undefined || !(hidden > target)) continue;
    const samples = type.results.length;
    const needed = Math.ceil(samples * Math.min(2, hidden / target));
    const most = Math.max(samples, Math.floor(mostRequests / type.requestsPerSample));
    if (type.isStretch) type.want(Math.min(needed, most));
    else type.enough = Math.max(type.enough, Math.min(needed, most, type.distinct));
  }
}
