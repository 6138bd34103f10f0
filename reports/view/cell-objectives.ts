import type { ObjectiveVerdict } from '../../sim/judge/verdict.ts';
import type { CellResult, RunResult } from '../../sim/store/result.ts';
import { durationFigure, withInterval } from '../numbers.ts';
import { plain } from '../text.ts';
import { demandWords, intervalWords, marks, objectiveShort } from './verdict-words.ts';

/** The objective that decides a cell whose availability does not: the first other one that is missed, else undecided. */
export function decidingObjective(cell: CellResult): ObjectiveVerdict | null {
  const open = (wanted: ObjectiveVerdict['verdict']) => (one: ObjectiveVerdict) =>
    one.kind !== 'availability' && one.verdict === wanted;
  if (cell.objectives.some(({ kind, verdict }) => kind === 'availability' && verdict === 'missed')) return null;
  return cell.objectives.find(open('missed')) ?? cell.objectives.find(open('inconclusive')) ?? null;
}

/** `p99 956 ms`, `recovery 62 s`: an objective's figure where there is room for a word of its name. */
export const figureOf = (one: ObjectiveVerdict): string =>
  `${plain(one.name.split(' ').at(-1) ?? one.name)} ${objectiveShort(one)}`;

/** A column of a table of cells: its head and what it says of a cell. */
export interface CellColumn {
  readonly head: string;
  readonly of: (cell: CellResult) => string;
}

/** A column for every objective beside availability, then p50 and p99 of the latency where no objective is about them. */
export function figureColumns(result: RunResult): CellColumn[] {
  const asked = (result.cells[0]?.objectives ?? []).filter(({ kind }) => kind !== 'availability');
  const columns = asked.map(
    (objective): CellColumn => ({
      head: `${objective.name}, ${demandWords(objective)}`,
      of: ({ objectives }) => {
        const own = objectives.find(({ name }) => name === objective.name);
        return own === undefined ? '–' : `${marks[own.verdict]} ${objectiveShort(own)} ${intervalWords(own)}`.trimEnd();
      },
    }),
  );
  const named = (quantile: string): boolean => asked.some(({ name }) => name.split(' ').includes(quantile));
  const rest = (['p50', 'p99'] as const).filter((quantile) => !named(quantile));
  return [
    ...columns,
    ...rest.map(
      (quantile): CellColumn => ({
        head: `Latency ${quantile}`,
        of: ({ measurement }) => {
          const figure = durationFigure(measurement.latency[quantile], null);
          return figure === null ? '–' : withInterval(figure);
        },
      }),
    ),
  ];
}
