import type { Plan } from '../../sim/plan/plan.ts';
import type { ScenarioInput } from '../../sim/scenario/define.ts';
import { steadyLink } from './plan-of.ts';

/** Seconds. Time to a failure and to its repair, both exponential, each connector on its own. */
export const mtbf = 20;
export const mttr = 10;
export const horizon = 400;
/** One way between service and connector. */
const oneWay = 0.005;
/** The backend takes exactly this long, so that requests are inside a connector when it crashes. */
const work = 0.2;
/** Processor time: constant and short. */
const demand = 0.001;

/** A request is lost when its connector crashes from the moment its death would not be known yet until the answer has left. */
export const exposure = 2 * oneWay + demand + work;

/**
 * A group of k connectors at one service instance. A death is noticed at once (the reset arrives one way later), the
 * process starts when the repair ends and keeps one tunnel. A request waits `wait` seconds for a connector.
 */
export const repairableGroup = (k: number, wait: number): ScenarioInput => ({
  name: 'crash and repair',
  run: { duration: `${horizon}s` },
  topology: {
    instances: 1,
    userLink: steadyLink('0ms'),
    sites: { paris: { link: steadyLink(`${oneWay * 1000}ms`), backendLink: steadyLink('0ms') } },
    connectorGroups: {
      shop: {
        connectors: { paris: k },
        cores: 1,
        requestsPerSecond: 1 / demand,
        demand: 'constant',
        tunnels: 1,
        restartDelay: '0s',
      },
    },
  },
  applications: {
    shop: {
      group: 'shop',
      preAuthentication: 'pass-through',
      backend: { latency: `${work * 1000}ms`, distribution: 'constant' },
    },
  },
  behaviour: { name: 'plain', connectorWait: `${wait * 1000}ms` },
  workload: { people: { application: 'shop', requestsPerSecond: 10 } },
  faults: {
    random: [{ what: 'connector crash', target: 'every connector', mtbf: `${mtbf}s`, mttr: `${mttr}s` }],
  },
});

/** What the service sees later than it is: the reset of a crash, and the tunnel of a restarted connector. */
export interface Lags {
  readonly down: number;
  readonly up: number;
}

export const noLags: Lags = { down: 0, up: 0 };

/** Two round trips to connect and greet over TLS, and the hello one way. */
export const seenByService: Lags = { down: oneWay, up: 5 * oneWay };

/**
 * Share of the plan's time at which a request begins to wait in vain: all k connectors are down, and stay so for another
 * `wait` seconds. Read off the drawn faults.
 */
export function shareAllDown(plan: Plan, k: number, wait: number, lags: Lags): number {
  const changes = plan.faults.flatMap(({ at, until }) => [
    { at: at / 1e6 + lags.down, by: 1 },
    { at: (until ?? Number.POSITIVE_INFINITY) / 1e6 + lags.up, by: -1 },
  ]);
  changes.sort((a, b) => a.at - b.at);
  let down = 0;
  let since = 0;
  let total = 0;
  for (const { at, by } of changes) {
    if (down === k && by < 0) total += Math.max(0, Math.min(at - wait, horizon) - since);
    down += by;
    if (down === k && by > 0) since = at;
  }
  return total / horizon;
}

/**
 * The same in theory. A connector that is up at 0 is down at t with chance q(1 − e^(−t/τ)), q = mttr/(mtbf + mttr),
 * 1/τ = 1/mtbf + 1/mttr; k are independent; the mean over [0, horizon) follows term by term from the binomial theorem.
 * With all down the next repair is exponential with mean mttr/k, so a wait of w is in vain with chance e^(−k·w/mttr).
 */
export function theoryAllDown(k: number, wait: number): number {
  const q = mttr / (mtbf + mttr);
  const tau = (mtbf * mttr) / (mtbf + mttr);
  let sum = 1;
  let binomial = 1;
  let allDown = q;
  for (let j = 1; j <= k; j++) {
    binomial = (-binomial * (k - j + 1)) / j;
    sum += (binomial * tau * (1 - Math.exp((-j * horizon) / tau))) / (j * horizon);
    if (j > 1) allDown *= q;
  }
  return allDown * sum * Math.exp((-k * wait) / mttr);
}
