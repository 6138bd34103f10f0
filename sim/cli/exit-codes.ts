import type { Verdict } from '../judge/verdict.ts';

/** Fixed meanings, the same for every command. */
export const exitCodes = {
  met: 0,
  missed: 1,
  badInput: 2,
  inconclusive: 3,
  harness: 4,
  interrupted: 130,
  terminated: 143,
} as const;

export function exitCodeOf(verdict: Verdict): number {
  return exitCodes[verdict];
}
