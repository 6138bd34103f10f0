import { computedShare, type Figure } from '../numbers.ts';
import type { Gap } from './gap.ts';
import { lossAmount } from './loss-words.ts';
import { sharedPartWords, sharersWords } from './shared-part-words.ts';

/** What arithmetic of independent failures leaves out. */
export const notice = 'the time to notice a failure and move away from it, and overload of what is left';

/** More than this times the measured loss cannot have been drawn in the sample. */
const beyondMeasured = 1.15;

/** What share of the measured loss the shared parts explain, and what that means for buying more redundancy. */
export function ceilingSentence(gap: Gap, figure: Figure | null): string {
  const parts = sharedPartWords(gap.sharedParts, gap.sharedBy);
  const named = parts === '' ? '' : ` (${parts})`;
  const one = gap.sharedParts.length === 1;
  const ceiling = `${one ? 'A part' : 'Parts'} that ${sharersWords(gap.sharedParts, gap.sharedBy)}${named} ${one ? 'keeps' : 'keep'} any number of connectors under about ${besides(gap.sharedFloor, figure)}${gap.perYear ? ' in the long run' : ''}`;
  if (gap.measured <= 0) return `${ceiling}.`;
  if (!gap.sharedDrawn) {
    return `${ceiling}; no replication drew a fault of ${sharedPartWords(gap.sharedParts.slice(0, 1), gap.sharedBy)}, so the measured loss does not show it.`;
  }
  const explained = gap.sharedFloor / gap.measured;
  if (gap.stagedFloor > beyondMeasured * gap.measured) return `${ceiling}; less than that was lost.`;
  if (explained > beyondMeasured) return `${ceiling}; it was drawn less often than it comes in the long run.`;
  if (explained > 0.995)
    return `${ceiling}; all of the measured loss comes from there, so more connectors buy almost nothing.`;
  const percent = `${(explained * 100).toFixed(0)} %`;
  const rest = Math.max(0, gap.measured - gap.sharedFloor - gap.independent);
  if (explained >= 0.85)
    return `${ceiling}; ${percent} of the measured loss comes from there, so more connectors buy almost nothing.`;
  if (rest / gap.measured < 0.1) return `${ceiling}; ${percent} of the measured loss comes from there.`;
  return `${ceiling}; ${percent} of the measured loss comes from there, and ${lossAmount(rest, gap.perYear)} is in neither sum: ${notice}.`;
}

/** A computed share with the decimals of the measured one beside it, so that the two can be compared. */
function besides(lost: number, figure: Figure | null): string {
  const decimals = figure?.value.split('.')[1]?.length ?? 0;
  const share = (100 * (1 - lost)).toFixed(decimals);
  return figure === null || Number(share) >= 100 ? computedShare(lost) : `${share} %`;
}
