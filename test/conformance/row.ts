import { median } from '../bench/rounds.ts';
import type { Quantities, WhileOn } from './quantities.ts';

/** One comparison of the two worlds. */
export interface Row {
  readonly scenario: string;
  readonly quantity: string;
  readonly live: string;
  readonly virtual: string;
  readonly tolerance: string;
  readonly agrees: boolean;
}

/** Several runs of one world, reduced: the comparison is between centres, never between lucky single runs. */
export interface Centre {
  readonly runs: number;
  readonly lostInFaults: number;
  readonly servedPerSecond: readonly number[];
  /** Mean losses in fault windows by cause. */
  readonly causes: ReadonlyMap<string, number>;
  readonly recoverySeconds: number;
  readonly whileOn: WhileOn;
  readonly p50: number;
  readonly p99: number;
  readonly startMs: number;
}

/** Means for counts and shares, medians for latency and recovery (a noisy machine has outliers). */
export function centre(runs: readonly Quantities[]): Centre {
  const seconds = Math.max(0, ...runs.map((run) => run.servedPerSecond.length));
  const causes = new Map<string, number>();
  for (const run of runs) {
    for (const [cause, count] of run.causes) causes.set(cause, (causes.get(cause) ?? 0) + count / runs.length);
  }
  return {
    runs: runs.length,
    lostInFaults: mean(runs.map((run) => run.lostInFaults)),
    servedPerSecond: Array.from({ length: seconds }, (_, second) =>
      mean(runs.map((run) => run.servedPerSecond[second] ?? Number.NaN).filter((share) => !Number.isNaN(share))),
    ),
    causes,
    recoverySeconds: median(runs.map((run) => run.recoverySeconds)),
    whileOn: {
      p50: median(runs.map((run) => run.whileOn.p50)),
      longest: median(runs.map((run) => run.whileOn.longest)),
      late: mean(runs.map((run) => run.whileOn.late)),
    },
    p50: median(runs.map((run) => run.p50)),
    p99: median(runs.map((run) => run.p99)),
    startMs: median(runs.map((run) => run.startMs)),
  };
}

export type Comparison = (scenario: string, live: Centre, virtual: Centre) => Row;

/** Requests lost inside fault windows: within 20 % or 3 requests. */
export const lostInFaults: Comparison = (scenario, live, virtual) => {
  const allowed = Math.max(3, 0.2 * live.lostInFaults);
  return {
    scenario,
    quantity: 'requests lost in fault windows',
    live: live.lostInFaults.toFixed(1),
    virtual: virtual.lostInFaults.toFixed(1),
    tolerance: '20 % or 3',
    agrees: Math.abs(live.lostInFaults - virtual.lostInFaults) <= allowed,
  };
};

/** Served share second by second, smoothed over `width` seconds because a second holds few requests: within 5 points. */
export function servedShare(width: number): Comparison {
  return (scenario, live, virtual) => {
    const a = smooth(live.servedPerSecond, width);
    const b = smooth(virtual.servedPerSecond, width);
    let worst = 0;
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const gap = Math.abs((a[i] ?? Number.NaN) - (b[i] ?? Number.NaN));
      if (gap > worst) worst = gap;
    }
    return {
      scenario,
      quantity: `served share, worst ${width} s`,
      live: '',
      virtual: `${(100 * worst).toFixed(1)} points apart`,
      tolerance: '5 points',
      agrees: worst <= 0.05 && a.length > 0,
    };
  };
}

/** Every cause with 5 % or more of the losses in one world is present in the other, as often within 20 % or 3. */
export const sameCauses: Comparison = (scenario, live, virtual) => {
  const important = (side: Centre): string[] => {
    const total = [...side.causes.values()].reduce((sum, count) => sum + count, 0);
    return [...side.causes].filter(([, count]) => count >= 0.05 * total && count >= 1).map(([cause]) => cause);
  };
  const missing = [...new Set([...important(live), ...important(virtual)])].filter((cause) => {
    const [here, there] = [live.causes.get(cause) ?? 0, virtual.causes.get(cause) ?? 0];
    return here === 0 || there === 0 || Math.abs(here - there) > Math.max(3, 0.2 * here);
  });
  return {
    scenario,
    quantity: 'causes of 5 % or more in both',
    live: listCauses(live),
    virtual: listCauses(virtual),
    tolerance: '20 % or 3 each',
    agrees: missing.length === 0 && important(live).length > 0,
  };
};

export const recovery: Comparison = (scenario, live, virtual) => ({
  scenario,
  quantity: 'fault start to last loss, s',
  live: live.recoverySeconds.toFixed(1),
  virtual: virtual.recoverySeconds.toFixed(1),
  tolerance: '1 s',
  agrees: Math.abs(live.recoverySeconds - virtual.recoverySeconds) <= 1,
});

/** Requests sent while the fault is on that were lost or took more than a second: within 20 % or 3. */
export const lateWhileOn: Comparison = (scenario, live, virtual) => ({
  scenario,
  quantity: 'late or lost, sent while it is on',
  live: live.whileOn.late.toFixed(1),
  virtual: virtual.whileOn.late.toFixed(1),
  tolerance: '20 % or 3',
  agrees: Math.abs(live.whileOn.late - virtual.whileOn.late) <= Math.max(3, 0.2 * live.whileOn.late),
});

/** The middle of what requests took that were sent while the fault is on, lost ones as the deadline: within 20 %. */
export const p50WhileOn: Comparison = (scenario, live, virtual) => ({
  scenario,
  quantity: 'p50 sent while it is on, ms',
  live: live.whileOn.p50.toFixed(1),
  virtual: virtual.whileOn.p50.toFixed(1),
  tolerance: '20 %',
  agrees: Math.abs(live.whileOn.p50 - virtual.whileOn.p50) <= 0.2 * live.whileOn.p50,
});

/** What the slowest of them took: within a second. */
export const longestWhileOn: Comparison = (scenario, live, virtual) => ({
  scenario,
  quantity: 'longest sent while it is on, s',
  live: live.whileOn.longest.toFixed(1),
  virtual: virtual.whileOn.longest.toFixed(1),
  tolerance: '1 s',
  agrees: Math.abs(live.whileOn.longest - virtual.whileOn.longest) <= 1,
});

export function latency(quantile: 'p50' | 'p99', tolerance: number): Comparison {
  return (scenario, live, virtual) => ({
    scenario,
    quantity: `${quantile} outside faults, ms`,
    live: live[quantile].toFixed(2),
    virtual: virtual[quantile].toFixed(2),
    tolerance: `${100 * tolerance} %`,
    agrees: Math.abs(live[quantile] - virtual[quantile]) <= tolerance * live[quantile],
  });
}

function listCauses(side: Centre): string {
  return [...side.causes]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 4)
    .map(([cause, count]) => `${cause} ${count.toFixed(1)}`)
    .join(', ');
}

function smooth(values: readonly number[], width: number): number[] {
  const out: number[] = [];
  for (let from = 0; from + width <= values.length; from += width) {
    out.push(mean(values.slice(from, from + width).filter((value) => !Number.isNaN(value))));
  }
  return out;
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}
