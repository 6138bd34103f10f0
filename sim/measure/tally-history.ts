import { type History, lossCauses, outcomeCodes } from '../history/history.ts';
import type { Plan } from '../plan/plan.ts';
import { faultHits } from './fault-hits.ts';
import { LatencyCounter } from './latency-histogram.ts';
import { recoveries, recoveryCell } from './recovery.ts';
import { LossCounter, type Tally } from './tally.ts';
import { upTime } from './up-time.ts';

/** Instants in microseconds: requests sent in [from, to) count. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Measures one history, or a range of it. Requests count by planned send instant; those decided after `to` count with
 * their outcome, so a window's history should run on for the deadline.
 */
export function tallyHistory(plan: Plan, history: History, range?: Range): Tally {
  const { from, to } = range ?? { from: 0, to: history.endedAt };
  const { requests } = history;
  const rules = plan.outcome;
  const windows = countsFor(to - from, rules.window);
  const cells = plan.faults.length > 0 ? countsFor(to - from, recoveryCell) : undefined;
  const byOutcome = [0, 0, 0];
  const losses = new Float64Array(lossCauses.length * Math.max(1, plan.applications.length));
  const latency = new LatencyCounter();
  for (let i = 0; i < requests.length; i++) {
    const start = requests.start[i] ?? 0;
    if (start < from || start >= to) continue;
    const outcome = requests.outcome[i] ?? 0;
    const ok = outcome === 0;
    byOutcome[outcome] = (byOutcome[outcome] ?? 0) + 1;
    windows.add(start - from, ok);
    cells?.add(start - from, ok);
    if (ok) latency.add((requests.end[i] ?? start) - start);
    else {
      const slot = (requests.application[i] ?? 0) * lossCauses.length + (requests.cause[i] ?? 0);
      losses[slot] = (losses[slot] ?? 0) + 1;
    }
  }
  const [ok = 0, failed = 0, unknown = 0] = byOutcome;
  return {
    requests: ok + failed + unknown,
    ok,
    failed,
    unknown,
    losses: named(losses, plan),
    time: upTime(windows, to - from, rules),
    latency: latency.histogram(),
    recovery:
      cells === undefined
        ? { count: 0, total: 0, unrecovered: 0, waited: 0 }
        : recoveries(plan.faults, { from, cell: recoveryCell, total: cells.total, ok: cells.ok }, rules),
    faultHits: faultHits(plan, history, from),
  };
}

function countsFor(span: number, width: number) {
  const total = new Uint32Array(Math.ceil(span / width));
  const ok = new Uint32Array(total.length);
  const add = (at: number, wasOk: boolean): void => {
    const cell = Math.floor(at / width);
    total[cell] = (total[cell] ?? 0) + 1;
    if (wasOk) ok[cell] = (ok[cell] ?? 0) + 1;
  };
  return { total, ok, add };
}

function named(losses: Float64Array, plan: Plan): Tally['losses'] {
  const counter = new LossCounter();
  losses.forEach((count, slot) => {
    const cause = lossCauses[slot % lossCauses.length];
    const application = plan.applications[Math.floor(slot / lossCauses.length)];
    if (count > 0 && cause !== undefined) counter.add(cause, application?.id ?? '', count);
  });
  return counter.losses();
}

/** The index a column stores for an outcome. */
export const outcomeIndex = (outcome: (typeof outcomeCodes)[number]): number => outcomeCodes.indexOf(outcome);
/** The index a column stores for a cause. */
export const causeIndex = (cause: (typeof lossCauses)[number]): number => lossCauses.indexOf(cause);
