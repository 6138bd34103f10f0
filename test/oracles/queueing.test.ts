import { test } from 'uvu';
import { instant, seconds } from '../../proxy/host/units.ts';
import type { ScenarioInput } from '../../sim/scenario/define.ts';
import { runVirtualPlan } from '../../sim/virtual/engine.ts';
import { agrees } from './agrees.ts';
import { meanWait } from './erlang.ts';
import { planOf, steadyLink } from './plan-of.ts';
import { mean, requestsOf, standardErrorOf } from './requests-of.ts';

/** Mean time of one core on a request, seconds. */
const demand = 0.02;
/** What a request costs besides queueing: twice user–service 7 ms, service–connector 11 ms, backend 2 ms; backend 5 ms. */
const path = 2 * (0.007 + 0.011 + 0.002) + 0.005;

type Shape = 'exponential' | 'constant';

/** One connector with `cores` cores at a share `load` of its capacity; everything else costs the same every time. */
const scenario = (cores: number, load: number, duration: number, shape: Shape): ScenarioInput => ({
  name: 'queueing',
  run: { duration: `${duration}s` },
  topology: {
    userLink: steadyLink('7ms'),
    sites: { paris: { link: steadyLink('11ms'), backendLink: steadyLink('2ms') } },
    connectorGroups: {
      shop: {
        connectors: { paris: 1 },
        cores,
        requestsPerSecond: cores / demand,
        demand: shape,
        maxConcurrent: 65_535,
        maxQueue: 100_000,
      },
    },
  },
  applications: {
    shop: {
      group: 'shop',
      preAuthentication: 'pass-through',
      backend: { latency: '5ms', distribution: 'constant' },
    },
  },
  throttle: 'none',
  workload: { people: { application: 'shop', requestsPerSecond: (load * cores) / demand } },
});

/** Seconds each request was at the connector, waiting or served. */
async function sojourns(
  cores: number,
  load: number,
  requests: number,
  shape: Shape = 'exponential',
): Promise<readonly number[][]> {
  const rate = (load * cores) / demand;
  const batches = 40;
  const span = Math.ceil(requests / rate / batches);
  const plan = planOf(scenario(cores, load, 30 + span * batches, shape), { seed: `${cores} cores at ${load}` });
  // 30 s to fill the queue: 100 times the relaxation time demand/(1 − √load)² of M/M/1 at 0.5, 17 times at 0.8.
  const history = await runVirtualPlan(plan, { from: instant(seconds(30)), warmUp: seconds(30) });
  return Array.from({ length: batches }, (_, k) =>
    requestsOf(history, 30 + k * span, 30 + (k + 1) * span).map(({ start, end }) => end - start - path),
  );
}

/**
 * Waits of neighbours are alike, so the error comes from means of 40 batches, each many relaxation times long (at load 0.8
 * that is demand/(1 − √0.8)² = 1.8 s for one core, less for more), which are independent. With 39 degrees of freedom, 4.5
 * standard errors are passed by chance once in 17,000.
 */
for (const load of [0.5, 0.8]) {
  for (const cores of [1, 2, 4]) {
    test(`a connector with ${cores} cores at ${load}: the mean wait is Erlang C's`, async () => {
      const batches = await sojourns(cores, load, 60_000);
      const waits = batches.map((batch) => mean(batch) - demand);
      const rates = { arrivalRate: (load * cores) / demand, serviceRate: 1 / demand, servers: cores };
      const theory = meanWait(rates);
      agrees(`mean wait, ${cores} cores at ${load}`, mean(waits), theory, standardErrorOf(waits));
      if (cores > 1) return;
      // M/M/1, first come first served: the time at the connector is exponential with mean demand/(1 − load).
      for (const times of [1, 2, 3]) {
        const limit = (times * demand) / (1 - load);
        const beyond = batches.map((batch) => batch.filter((sojourn) => sojourn > limit).length / batch.length);
        agrees(`longer than ${times} means at ${load}`, mean(beyond), Math.exp(-times), standardErrorOf(beyond));
      }
    });
  }
}

test('one core and constant demand: the mean wait is half as long (Pollaczek and Khinchine, M/D/1)', async () => {
  const load = 0.8;
  const waits = (await sojourns(1, load, 60_000, 'constant')).map((batch) => mean(batch) - demand);
  const theory = (load * demand) / (2 * (1 - load));
  agrees('mean wait, constant demand', mean(waits), theory, standardErrorOf(waits));
});

test.run();
