import type { CellResult, RunResult } from '../../sim/store/result.ts';
import { cellWords } from './headline.ts';
import { cellLoss } from './loss-words.ts';
import { recoveryWords } from './recovery-words.ts';
import { requestSample } from './verdict-words.ts';

/** Configurations that the sentence compares; all are in the table of the matrix. */
const namedCells = 4;

/**
 * What staged faults cost each configuration and how long it took to come back, worst first. Empty without a sweep, for
 * months of random faults (there the yearly loss says it), and where nothing was lost.
 */
export function aftermathSentence(result: RunResult): string {
  if (result.cells.length < 2 || result.cells.some(({ perYear }) => perYear)) return '';
  const lossy = result.cells
    .filter((cell) => (requestSample(cell).value ?? 1) < 1)
    .sort((a, b) => (requestSample(a).value ?? 1) - (requestSample(b).value ?? 1));
  if (lossy.length === 0) return '';
  const named = lossy.slice(0, namedCells).map((cell) => `with ${cellWords(result, cell)} ${lossWords(cell)}`);
  const rest = result.cells.length - lossy.length;
  const none = rest === 0 ? '' : ` With ${rest === 1 ? 'the other one' : `the other ${rest}`} no loss was seen.`;
  const more = lossy.length > named.length ? ` ${lossy.length - named.length} more lost requests too.` : '';
  return `Under the same faults: ${named.join('; ')}.${more}${none}`;
}

function lossWords(cell: CellResult): string {
  const back = recoveryWords(cell);
  const lost = `${cellLoss(cell, requestSample(cell))} of requests lost`;
  if (back === '–') return lost;
  if (back === 'never seen') return `${lost}, no recovery seen`;
  return back === 'at once' ? `${lost}, recovered at once` : `${lost}, recovered after ${back}`;
}
