import type { ObjectiveVerdict } from '../../sim/judge/verdict.ts';
import { ceilTo, decimalsFor, type Figure, floorTo, roundTo, shareFigure, sideKept } from '../numbers.ts';

/** Error budget used over the whole horizon, as a multiple of the budget: 1 is all of it. */
export interface BudgetUse {
  readonly value: number;
  readonly interval: readonly [low: number, high: number] | null;
}

/**
 * Used error budget of an availability objective: what was lost over what the objective allows to be lost in the same
 * time, (1 − availability) / (1 − limit); its interval is the availability's, turned over. Because a run covers the whole
 * of its horizon this is also the mean burn rate. Null for other objectives, without a value, and where nothing may be
 * lost (limit 100 %): such a budget has no size. Source: B. Beyer et al., The Site Reliability Workbook (2018), ch. 5,
 * "Alerting on SLOs": burn rate = error rate / (1 − SLO).
 */
export function budgetUse(objective: ObjectiveVerdict): BudgetUse | null {
  const { kind, value, interval, limit } = objective;
  if (kind !== 'availability' || value === null || limit >= 1) return null;
  const used = (share: number): number => Math.max(0, 1 - share) / (1 - limit);
  return { value: used(value), interval: interval === null ? null : [used(interval[1]), used(interval[0])] };
}

/** Above this the figure is told as a multiple of the budget, not in percent. */
const factorFrom = 10;

/** The use in percent, or as a factor from ten budgets on, with the digits its interval can show. */
export function budgetFigure({ value, interval }: BudgetUse): Figure {
  const [unit, size] = value >= factorFrom ? ['×', 1] : ['%', 100];
  // Without an interval two digits are all that one replication may claim.
  const x = interval === null ? Number((value * size).toPrecision(2)) : value * size;
  const span = interval === null ? null : ([interval[0] * size, interval[1] * size] as const);
  let d = span === null ? (x < 10 ? 1 : 0) : Math.min(1, decimalsFor((span[1] - span[0]) / 2));
  // A use that is proven to be under or over the budget is never printed as all of it.
  const told = (): boolean =>
    span === null
      ? sideKept(x, roundTo(x, d), size)
      : (span[1] >= size || ceilTo(span[1], d) < size) && (span[0] <= size || floorTo(span[0], d) > size);
  while (d < 2 && !told()) d += 1;
  return {
    value:
      value > 0 && roundTo(x, d) === 0
        ? `<${(1 / (d === 0 ? 1 : d === 1 ? 10 : 100)).toFixed(d)}`
        : roundTo(x, d).toFixed(d),
    low: span === null ? null : floorTo(span[0], d).toFixed(d),
    high: span === null ? null : ceilTo(span[1], d).toFixed(d),
    unit,
  };
}

/** From the bound as it is printed beside it, so that a reader who divides gets the same. */
function mostWords(objective: ObjectiveVerdict): string {
  const low = shareFigure(objective, objective.limit)?.low ?? null;
  if (low === null) return '';
  const most = (100 - Number(low)) / (1 - objective.limit);
  return most >= 100 * factorFrom ? ` (at most ${ceilTo(most / 100, 0)} ×)` : ` (at most ${ceilTo(most, 0)} %)`;
}

/** `29 % (4 … 55)`, `12 × (9 … 15)`, `none seen (at most 31 %)`; empty where there is no budget. */
export function budgetWords(objective: ObjectiveVerdict): string {
  const use = budgetUse(objective);
  if (use === null) return '';
  const figure = budgetFigure(use);
  if (use.value === 0) return `none seen${mostWords(objective)}`;
  return `${figure.value} ${figure.unit}${figure.low === null ? '' : ` (${figure.low} … ${figure.high})`}`;
}
