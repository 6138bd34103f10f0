import type { RunResult } from '../../sim/store/result.ts';

type Choice = Pick<RunResult, 'cells' | 'cheapest' | 'asWritten'>;

/** What the chosen cell is called: where all configurations cost the same, none is the cheapest. */
export function chosenWords({ cells, cheapest }: Choice): 'cheapest that meets' | 'best that meets' {
  const chosen = cheapest === null ? undefined : cells[cheapest];
  return cells.every(({ cost }) => cost === chosen?.cost) ? 'best that meets' : 'cheapest that meets';
}

/** What one cell is to the reader of a sweep: `cheapest that meets`, `as written`, both, or nothing. */
export function cellRole(result: Choice, at: number): string {
  if (result.cells.length < 2) return '';
  return [at === result.asWritten ? 'as written' : '', at === result.cheapest ? chosenWords(result) : '']
    .filter((role) => role !== '')
    .join(', ');
}

/** ` (as written)` behind a configuration's name in a table; empty without a role. */
export function roleNote(result: Choice, at: number): string {
  const role = cellRole(result, at);
  return role === '' ? '' : ` (${role})`;
}
