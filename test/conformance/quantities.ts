import { type History, lossCauses } from '../../sim/history/history.ts';
import type { Plan } from '../../sim/plan/plan.ts';

/**
 * What conformance compares of two histories of one plan. Never just an availability: a simulator that ignored the fault
 * could pass that. Times in seconds.
 */
export interface Quantities {
  /** Requests sent inside a fault window (start to end plus a settle time) and not ok. */
  readonly lostInFaults: number;
  /** Share ok of the requests sent in each second; NaN for a second without requests. */
  readonly servedPerSecond: readonly number[];
  /** The same by cause. Not of the whole run: a fault that came late would have the same causes. */
  readonly causes: ReadonlyMap<string, number>;
  /** Seconds from the first fault's start to the send instant of the last request that was lost: detection and repair in one. */
  readonly recoverySeconds: number;
  /** Of requests sent while a fault is on (start to end): a lost one counts as the users' deadline. */
  readonly whileOn: WhileOn;
  /** Latency of ok requests sent outside fault windows, milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly requests: number;
  /** Live: milliseconds a connector process took to start; 0 in virtual time. */
  readonly startMs: number;
}

/** What faults do that cost time and not requests. */
export interface WhileOn {
  /** Milliseconds. */
  readonly p50: number;
  /** Seconds. */
  readonly longest: number;
  /** Requests not answered well within a second. */
  readonly late: number;
}

const settleSeconds = 3;
/** Late, in milliseconds. */
const lateAfter = 1_000;

export function quantitiesOf(plan: Plan, history: History): Quantities {
  const { requests } = history;
  const seconds = Math.ceil(plan.horizon / 1e6);
  const sent = new Array<number>(seconds).fill(0);
  const served = new Array<number>(seconds).fill(0);
  const causes = new Map<string, number>();
  const latencies: number[] = [];
  const whileOn: number[] = [];
  let lostInFaults = 0;
  let lastLoss: number | undefined;
  const firstFault = Math.min(...plan.faults.map((fault) => fault.at / 1e6));
  for (let i = 0; i < requests.length; i++) {
    const start = (requests.start[i] ?? 0) / 1e6;
    const second = Math.min(seconds - 1, Math.floor(start));
    const ok = requests.outcome[i] === 0;
    sent[second] = (sent[second] ?? 0) + 1;
    if (ok) served[second] = (served[second] ?? 0) + 1;
    const faulted = insideFault(plan, start);
    const took = ((requests.end[i] ?? 0) - (requests.start[i] ?? 0)) / 1e3;
    if (isOn(plan, start)) whileOn.push(ok ? took : plan.outcome.deadline / 1e3);
    if (!ok) {
      if (faulted) {
        const cause = lossCauses[requests.cause[i] ?? 0] ?? 'none';
        causes.set(cause, (causes.get(cause) ?? 0) + 1);
        lostInFaults += 1;
      }
      if (lastLoss === undefined || start > lastLoss) lastLoss = start;
    } else if (!faulted) {
      latencies.push(took);
    }
  }
  latencies.sort((a, b) => a - b);
  whileOn.sort((a, b) => a - b);
  const servedPerSecond = sent.map((count, second) => (count === 0 ? Number.NaN : (served[second] ?? 0) / count));
  return {
    lostInFaults,
    servedPerSecond,
    causes,
    recoverySeconds: lastLoss === undefined ? 0 : Math.max(0, lastLoss - firstFault),
    whileOn: {
      p50: quantile(whileOn, 0.5),
      longest: (whileOn.at(-1) ?? Number.NaN) / 1e3,
      late: whileOn.filter((milliseconds) => milliseconds > lateAfter).length,
    },
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    requests: requests.length,
    startMs: Number(history.notes['connectorStartMs'] ?? 0),
  };
}

function insideFault(plan: Plan, second: number): boolean {
  return plan.faults.some((fault) => {
    const from = fault.at / 1e6;
    const to = (fault.until ?? plan.horizon) / 1e6 + settleSeconds;
    return second >= from - 1 && second < to;
  });
}

function isOn(plan: Plan, second: number): boolean {
  return plan.faults.some(({ at, until }) => second >= at / 1e6 && second < (until ?? plan.horizon) / 1e6);
}

function quantile(sorted: readonly number[], q: number): number {
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
