import type { ReplicationInventory } from './cell-inventory.ts';
import type { WindowType } from './window-types.ts';

/** What a reader must know about figures that rest on windows: how much was simulated, and what that cannot see. */
export function coverageNotes(replications: readonly ReplicationInventory[], unseenTime: number): readonly string[] {
  const types = new Map<WindowType, number>();
  let span = 0;
  for (const inventory of replications) {
    for (const [type, weight] of inventory) {
      types.set(type, (types.get(type) ?? 0) + weight * type.length);
      span += weight * type.length;
    }
  }
  let requests = 0;
  let windows = 0;
  let usual: { type: WindowType; share: number } | undefined;
  for (const [type, covered] of types) {
    windows += type.results.length;
    for (const { tally } of type.results) requests += tally.requests;
    if (type.isStretch && covered / span > (usual?.share ?? 0)) usual = { type, share: covered / span };
  }
  const notes = [
    `${types.size} kinds of windows, ${windows} of them simulated with ${requests} requests, stand for ${replications.length} replications.`,
  ];
  const seen = usual?.type.results.reduce((sum, { tally }) => sum + tally.requests, 0) ?? 0;
  const lost = usual?.type.results.some(({ tally }) => tally.failed + tally.unknown > 0) ?? false;
  if (usual !== undefined && !lost && seen > 0) {
    notes.push(
      `The state that fills ${(100 * usual.share).toFixed(1)} % of the time lost none of ${seen} requests; a steady loss below about ${(3 / seen).toExponential(0)} would not have been seen.`,
    );
  }
  if (unseenTime > 0) {
    notes.push(
      `Combinations of faults that no replication drew fill about ${unseenTime.toExponential(0)} of the time; intervals count them as lost.`,
    );
  }
  return notes;
}
