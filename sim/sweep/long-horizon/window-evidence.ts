import type { Evidence, HistoryTerms } from '../../measure/evidence.ts';
import type { FaultTime } from '../../measure/fault-time.ts';
import { emptyTally, sumTallies, type Tally } from '../../measure/tally.ts';
import { hashInPlanOrder } from '../run-hash.ts';
import type { ReplicationInventory } from './cell-inventory.ts';
import type { WindowType } from './window-types.ts';

/** Types that replications share, in the order that evidence names them by. */
export const sharedTypes = (replications: readonly ReplicationInventory[]): readonly WindowType[] => [
  ...new Set(replications.flatMap((inventory) => [...inventory.keys()].filter(({ isShared }) => isShared))),
];

/** A cell's replications in terms of the samples there are. */
export function windowEvidence(
  replications: readonly ReplicationInventory[],
  controls: readonly FaultTime[],
  unseen: { readonly share: number; readonly time: number; readonly cluster: Tally },
): Evidence {
  const inUse = sharedTypes(replications);
  const indexOf = new Map(inUse.map((type, index) => [type, index]));
  let timeKnown = inUse.every((type) => type.results.some(({ tally }) => tally.time.covered > 0));
  const histories = replications.map((inventory, replication): HistoryTerms => {
    const own: { tally: Tally; weight: number }[] = [];
    const shared: { type: number; weight: number }[] = [];
    for (const [type, weight] of inventory) {
      if (type.isShared) {
        shared.push({ type: indexOf.get(type) ?? 0, weight });
      } else {
        const first = type.firstSampleOf(replication);
        for (let i = 0; i < weight; i++) {
          const tally = type.results[first + i]?.tally ?? emptyTally;
          timeKnown &&= tally.time.covered > 0;
          own.push(scaled(tally, type));
        }
      }
    }
    return { own: own.length === 0 ? emptyTally : sumTallies(own), shared, controls: controls[replication]?.on ?? [] };
  });
  const types = inUse.map((type) => ({
    samples: type.results.map(({ tally }) => tally),
    expectedRequests: type.expectedRequests,
  }));
  return {
    histories,
    types,
    expectedControls: controls[0]?.expected ?? [],
    unseenShare: unseen.share,
    unseenTime: unseen.time,
    unseenCluster: unseen.cluster,
    timeKnown,
    doubts: [],
    method: 'episodes',
  };
}

/** One sample in place of one occurrence, scaled to the requests it sends on average. */
const scaled = (tally: Tally, type: WindowType): { tally: Tally; weight: number } => ({
  tally,
  weight: tally.requests > 0 ? type.expectedRequests / tally.requests : 1,
});

/** SHA-256 over what a cell's evidence rests on, in plan order. */
export function windowHash(replications: readonly ReplicationInventory[]): string {
  const parts: (readonly [string, number, string])[] = [];
  const seen = new Set<WindowType>();
  replications.forEach((inventory, replication) => {
    for (const [type, weight] of inventory) {
      parts.push([type.blueprint.key, replication, String(weight)]);
      const first = type.isShared ? 0 : type.firstSampleOf(replication);
      if (type.isShared && seen.has(type)) continue;
      seen.add(type);
      const count = type.isShared ? type.results.length : weight;
      for (let i = 0; i < count; i++) {
        parts.push([type.blueprint.key, first + i, type.results[first + i]?.eventHash ?? '']);
      }
    }
  });
  return hashInPlanOrder(parts);
}
