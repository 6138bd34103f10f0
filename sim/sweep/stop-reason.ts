import type { StopReason } from './study.ts';

/**
 * Why a whole sweep ended, from the reasons of its cells: one that was interrupted makes it partial, one that reached the
 * limit leaves it less than precise or decided; else the first cell's. Without cells it was interrupted before any ended.
 */
export function sweepStopReason(cells: readonly StopReason[]): StopReason {
  for (const reason of ['interrupted', 'budget'] as const) if (cells.includes(reason)) return reason;
  return cells[0] ?? 'interrupted';
}
