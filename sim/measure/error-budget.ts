/**
 * Share of the error budget that was used: (1 − availability) / (1 − limit); above 1 the objective is missed. Infinite
 * when the limit leaves no budget and something was lost.
 */
export function errorBudgetBurn(availability: number, limit: number): number {
  const lost = 1 - availability;
  return lost === 0 ? 0 : lost / (1 - limit);
}
