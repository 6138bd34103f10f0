import { HoldfastError } from '../../proxy/host/errors.ts';
import { axisCatalogue } from '../scenario/axes/catalogue.ts';
import type { Scenario, SweepAxis } from './scenario.ts';

/** Coordinates of one cell: axis name to value as written. */
export type CellAxes = Readonly<Record<string, string | number>>;

/** Every combination of the axes, the first slowest; one cell without coordinates when nothing is swept. */
export function cells(scenario: Scenario): readonly CellAxes[] {
  return combinations(scenario.sweep);
}

function combinations(sweep: readonly SweepAxis[]): readonly CellAxes[] {
  let all: readonly CellAxes[] = [{}];
  for (const { axis, values } of sweep) {
    all = all.flatMap((cell) => values.map((value) => ({ ...cell, [axis]: value })));
  }
  return all;
}

/**
 * The scenario with the knobs of one cell turned, in the order of the axis catalogue.
 * @throws HoldfastError ERR_CELL for an unknown axis or an impossible value.
 */
export function applyAxes(scenario: Scenario, axes: CellAxes): Scenario {
  let cell = scenario;
  const left = new Map(Object.entries(axes));
  for (const axis of axisCatalogue) {
    const value = left.get(axis.name);
    if (value === undefined) continue;
    left.delete(axis.name);
    const turned = axis.apply(cell, value);
    if (typeof turned === 'string') {
      throw new HoldfastError('ERR_CELL', `${axis.name} = ${value} is impossible: ${turned}`, {
        facts: { axis: axis.name, value },
        hint: 'take this value out of the sweep, or change the topology so that it is possible',
      });
    }
    cell = turned;
  }
  for (const [axis] of left) {
    throw new HoldfastError('ERR_CELL', `there is no axis "${axis}"`, {
      facts: { axis },
      hint: `known: ${axisCatalogue.map(({ name }) => name).join(', ')}`,
    });
  }
  return cell;
}
