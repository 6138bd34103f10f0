import type { ReplicationInventory } from './cell-inventory.ts';
import type { WindowType } from './window-types.ts';

/**
 * What a reader must know about figures that rest on windows: how much was simulated, and what that cannot see. `unseen`:
 * share of time in states never seen, and lost besides if what windows end in lasted until the next change; requests in a cluster of unseen losses, and the error at which intervals allow for it.
 */
export function coverageNotes(
  replications: readonly ReplicationInventory[],
  unseen: { readonly time: number; readonly lasting: number; readonly cluster: number; readonly error: number },
): readonly string[] {
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
    `${grouped(windows)} windows of ${types.size} kinds were simulated, with ${grouped(requests)} requests; they stand for ${replications.length} replications.`,
  ];
  const seen = usual?.type.results.reduce((sum, { tally }) => sum + tally.requests, 0) ?? 0;
  const lost = usual?.type.results.some(({ tally }) => tally.failed + tally.unknown > 0) ?? false;
  if (usual !== undefined && !lost && seen > 0) {
    notes.push(
      `The state that fills ${(100 * usual.share).toFixed(1)} % of the time lost none of ${grouped(seen)} requests; a steady loss below about ${percent((-Math.log(unseen.error) * unseen.cluster) / seen)} in clusters of up to ${unseen.cluster} requests may not have been seen, and intervals reach down for it.`,
    );
  }
  if (unseen.time > 0) {
    notes.push(
      `Combinations of faults that no replication drew fill about ${percent(unseen.time)} of the time; intervals count them as lost.`,
    );
  }
  if (unseen.lasting > 0) {
    notes.push(
      `Some windows around changes end worse than the state they lead to, however long they are: an overload may feed itself. If it lasted until the next change, ${percent(unseen.lasting)} of the time more would be lost; intervals reach down for it, values do not.`,
    );
  }
  return notes;
}

const grouped = (n: number): string =>
  Math.round(n)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');

/** One significant digit: `0.02 %`. */
function percent(share: number): string {
  if (share < 1e-8) return 'a millionth of a percent';
  return `${(100 * share).toFixed(Math.max(0, Math.ceil(-Math.log10(100 * share))))} %`;
}
