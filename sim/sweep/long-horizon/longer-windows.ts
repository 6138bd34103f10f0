import type { CellInventory } from './cell-inventory.ts';
import { type LooseEnd, lastingLoss, looseEnds } from './loose-ends.ts';
import type { WindowTypes } from './window-types.ts';

/** Samples of a kind of window by which its end is judged. */
const enoughEnds = 8;
/** Times that windows which lead to one state are made longer. */
const mostTimes = 3;

/** Ends that can matter: together they would lose more of the time than `tolerance`, if that lasted. Else none. */
export function graveEnds(cell: CellInventory, types: WindowTypes, tolerance: number): readonly LooseEnd[] {
  const ends = looseEnds(cell, types);
  return lastingLoss(ends) > tolerance ? ends : [];
}

/**
 * Windows that end worse than the stretch after them get more samples, where they have few, and then twice the length, as
 * long as that costs no more than `requests`. True: there is something to simulate.
 */
export async function lengthenWindows(
  open: readonly CellInventory[],
  types: WindowTypes,
  tolerance: (cell: CellInventory) => number,
  requests: number,
): Promise<boolean> {
  const ends = new Map(
    open.flatMap((cell) => graveEnds(cell, types, tolerance(cell))).map((end) => [end.type, end] as const),
  );
  for (const { type } of ends.values()) type.want(enoughEnds);
  if (types.missing() > 0) return true;
  const longer = new Map<string, number>();
  let cost = 0;
  for (const { type, state } of ends.values()) {
    if (types.timesLonger(state) >= mostTimes) continue;
    longer.set(state, Math.max(longer.get(state) ?? 0, type.length));
    cost += 2 * type.requestsPerSample * type.wanted;
  }
  if (longer.size === 0 || cost > requests) return false;
  for (const [state, more] of longer) types.makeLonger(state, more);
  for (const cell of open) await cell.cutAnew();
  return true;
}
