import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ScenarioInput } from '../../sim/scenario/define.ts';
import { runVirtualPlan } from '../../sim/virtual/engine.ts';
import { agrees } from './agrees.ts';
import { planOf, seeds, steadyLink } from './plan-of.ts';
import { lossesBy, mean, requestsOf, type SeenRequest, shareOk } from './requests-of.ts';

/** Requests a second one connector carries, and what users send: two connectors at 60 %, the one that is left at 120 %. */
const capacity = 50;
const load = 1.2 * capacity;

interface Case {
  /** Longest wait for a processor at a connector, seconds; beyond it refused. */
  readonly cap: number;
  /** A connector is lost from `lost` for `gone` seconds in a run of `duration`. */
  readonly lost: number;
  readonly gone: number;
  readonly duration: number;
  readonly backendTimeout: string;
  readonly retries: NonNullable<ScenarioInput['workload'][string]['retries']>;
}

const scenario = ({ cap, lost, gone, duration, backendTimeout, retries }: Case): ScenarioInput => ({
  name: 'n plus one',
  run: { duration: `${duration}s` },
  topology: {
    userLink: steadyLink('5ms'),
    sites: { paris: { link: steadyLink('5ms') } },
    connectorGroups: {
      shop: {
        connectors: { paris: 2 },
        cores: 2,
        requestsPerSecond: capacity,
        maxConcurrent: 10_000,
        // Waiting work is counted in requests of mean demand: `cap` seconds hold capacity × cap of them.
        maxQueue: capacity * cap,
      },
    },
  },
  applications: { shop: { group: 'shop', preAuthentication: 'pass-through', backendTimeout } },
  workload: { people: { application: 'shop', requestsPerSecond: load, retries } },
  faults: { schedule: [{ what: 'connector crash', target: 'connector paris/1', at: `${lost}s`, for: `${gone}s` }] },
  objectives: { deadline: '30s' },
});

test('at 120 % the queue grows by a fifth of a second each second, up to its cap, and a sixth is refused', async () => {
  const shape: Case = {
    cap: 10,
    lost: 20,
    gone: 200,
    duration: 270,
    backendTimeout: '85s',
    retries: { attempts: 0 },
  };
  const growth: number[] = [];
  const refused: number[] = [];
  for (const seed of seeds(8)) {
    const requests = requestsOf(await runVirtualPlan(planOf(scenario(shape), { seed })));
    const between = (from: number, to: number): readonly SeenRequest[] =>
      requests.filter(({ start }) => start >= shape.lost + from && start < shape.lost + to);
    const latency = (from: number, to: number): number =>
      mean(
        between(from, to)
          .filter(({ ok }) => ok)
          .map(({ start, end }) => end - start),
      );
    growth.push((latency(30, 40) - latency(10, 20)) / 20);
    refused.push(1 - shareOk(between(90, 190)));
    const longest = Math.max(...requests.filter(({ ok }) => ok).map(({ start, end }) => end - start));
    // The cap on waiting, plus a processor time (exponential, mean 40 ms) and a backend (mean 20 ms): 1 s is 17 means more.
    assert.ok(longest > shape.cap * 0.9 && longest < shape.cap + 1, `longest ${longest} s`);
    assert.equal(Object.keys(lossesBy(between(1, 190))), ['overload']);
    // It takes cap / (1 − 0.6) = 25 s of two connectors to work the queue off; nothing is refused from the first on.
    assert.equal(lossesBy(between(shape.gone + 10, shape.gone + 50)), {}, 'all is served once the second is back');
    assert.equal(lossesBy(requests.filter(({ start }) => start < shape.lost - 1)), {});
  }
  // Fluid limit: arrivals less departures are 0.2 × capacity a second, each worth 1/capacity seconds of wait; a share
  // 1 − 1/1.2 finds the queue full. Errors from the spread of 8 runs: 7 degrees of freedom pass 4.5 errors by chance once in
  // 350, so the spread expected of arrivals and departures, Poisson with (1 + 1.2) × capacity a second, is used instead.
  const steps = Math.sqrt(2.2 * capacity * 20) / capacity / 20;
  agrees('growth of the wait, seconds a second', mean(growth), 0.2, steps / Math.sqrt(8));
  const full = Math.sqrt(2.2 * capacity * 100) / (load * 100);
  agrees('share refused with a full queue', mean(refused), 1 - 1 / 1.2, full / Math.sqrt(8));
});

/**
 * Metastable failure. The service gives a request up 6 s after it came (backend's deadline 1 s and 5 s of patience with the
 * connector), the connector's queue holds 12 s of work and works on for those that have given up. Once the wait is beyond 6 s
 * every answer is too late, and each loss is sent again: 120 % become up to four times as much, more than the two connectors
 * together carry. The fault heals, the overload does not.
 */
async function afterTheFault(retries: Case['retries']): Promise<{ last: readonly SeenRequest[]; attempts: number }> {
  const shape: Case = { cap: 12, lost: 20, gone: 100, duration: 300, backendTimeout: '1s', retries };
  const plan = planOf(scenario(shape), { seed: 'metastable' });
  const history = await runVirtualPlan(plan);
  const requests = requestsOf(history);
  const during = requests.filter(({ start }) => start > shape.lost + 60 && start < shape.lost + shape.gone);
  assert.ok(shareOk(during) < 0.1, `with one connector the queue makes all answers late: ${shareOk(during)} served`);
  return {
    last: requests.filter(({ start }) => start >= shape.duration - 60),
    attempts: Number(history.notes['exchanges']) / requests.length,
  };
}

test('without retries the loss ends with the fault', async () => {
  const { last, attempts } = await afterTheFault({ attempts: 0 });
  assert.is(attempts, 1);
  assert.equal(lossesBy(last), {});
});

test('client retries without a budget keep the overload alive after the fault is over', async () => {
  const { last, attempts } = await afterTheFault({ attempts: 3, delay: '1s' });
  assert.ok(shareOk(last) < 0.1, `${shareOk(last)} served`);
  // More than capacity / load = 200 % / 120 % of attempts a request is what two connectors cannot carry.
  assert.ok(attempts > 2, `${attempts} attempts a request`);
  assert.ok((lossesBy(last)['backend-timeout'] ?? 0) > 0, 'answers are late, not refused alone');
});

test('with a budget of a tenth for retries service comes back by itself', async () => {
  const { last, attempts } = await afterTheFault({ attempts: 3, delay: '1s', budget: '10%' });
  assert.equal(lossesBy(last), {});
  assert.ok(attempts > 1.01 && attempts <= 1.1 + 0.01, `${attempts} attempts a request`);
});

test.run();
