import type { RunResult } from '../../sim/store/result.ts';
import { configurationWords } from './axis-words.ts';

export type Axis = RunResult['axes'][number];

/**
 * The cells of a sweep laid out for reading: columns and rows are the two leading axes, numeric ones first (a size is read
 * along a line), everything else becomes a facet, one small multiple per combination. Without axes there is one facet of one cell.
 */
export interface SweepGrid {
  readonly columns: Axis | null;
  readonly rows: Axis | null;
  readonly facets: readonly Facet[];
}

export interface Facet {
  /** Words of the facet's own coordinates; empty when there is only one facet. */
  readonly label: string;
  /** Cell index by row, then column; null where the sweep has no such cell. */
  readonly cells: ReadonlyArray<ReadonlyArray<number | null>>;
}

/** More facets than this are not drawn; they stay in the table. */
export const facetLimit = 24;

export function sweepGrid(result: RunResult): SweepGrid {
  const used = result.axes.filter((axis) => axis.values.length > 0);
  const isNumeric = (axis: Axis): boolean => axis.values.every((value) => typeof value === 'number');
  const ranked = [...used.filter(isNumeric), ...used.filter((axis) => !isNumeric(axis))];
  const columns = ranked[0] ?? null;
  const rows = ranked[1] ?? null;
  const rest = used.filter((axis) => axis !== columns && axis !== rows);
  const index = new Map(result.cells.map((cell, at) => [key(used, cell.axes), at]));
  const facets = combinations(rest).map((fixed) => ({
    label: configurationWords(
      rest.map((axis) => axis.name),
      fixed,
    ),
    cells: (rows?.values ?? [null]).map((row) =>
      (columns?.values ?? [null]).map((column) => {
        const at = { ...fixed };
        if (rows !== null && row !== null) at[rows.name] = row;
        if (columns !== null && column !== null) at[columns.name] = column;
        return index.get(key(used, at)) ?? null;
      }),
    ),
  }));
  return { columns, rows, facets };
}

function key(axes: readonly Axis[], at: Readonly<Record<string, string | number>>): string {
  return JSON.stringify(axes.map((axis) => at[axis.name] ?? null));
}

function combinations(axes: readonly Axis[]): Array<Record<string, string | number>> {
  let all: Array<Record<string, string | number>> = [{}];
  for (const axis of axes) {
    all = all.flatMap((fixed) => axis.values.map((value) => ({ ...fixed, [axis.name]: value })));
  }
  return all;
}
