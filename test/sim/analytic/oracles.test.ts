import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant, type Micros, micros, minutes, ms, seconds } from '../../../proxy/host/units.ts';
import { documented } from '../../../proxy/policy/behaviour.ts';
import { servedShare } from '../../../sim/analytic/session-life.ts';
import type { History } from '../../../sim/history/history.ts';
import type { ConnectorPlan, Plan, PlannedFault } from '../../../sim/plan/plan.ts';
import { meanError, studentInterval } from '../../../sim/statistics/interval.ts';
import { runVirtualPlan } from '../../../sim/virtual/engine.ts';
import { meanWait } from '../../oracles/erlang.ts';
import { smallPlan } from '../plan/small-plan.ts';

/** The real proxy in virtual time against closed forms; no figure here was fitted to it. */

const fault = (kind: string, target: string, from: Micros, to: Micros | null, parameters = {}): PlannedFault => ({
  id: `${kind} ${target}`,
  kind,
  targets: [target],
  at: instant(from),
  until: to === null ? null : instant(to),
  parameters,
  origin: 'schedule',
});
const at = (rate: number, more: Partial<Plan['workloads'][number]> = {}): Plan['workloads'] => [
  { ...smallPlan.workloads[0]!, requestsPerSecond: rate, ...more },
];

/** Share of requests sent in [from, to) seconds that were ok. */
function okShare({ requests }: History, from: number, to: number): { share: number; n: number } {
  let n = 0;
  let ok = 0;
  for (let i = 0; i < requests.length; i++) {
    const start = (requests.start[i] ?? 0) / 1e6;
    if (start < from || start >= to) continue;
    n++;
    if (requests.outcome[i] === 0) ok++;
  }
  return { share: ok / n, n };
}

test('token outage against sessions of 60 to 90 minutes: 1 − t/75, then (90 − t)²/4500', async () => {
  const users = 10_000;
  const plan: Plan = {
    ...smallPlan,
    horizon: minutes(100),
    identity: { ...smallPlan.identity, signInAgain: false },
    workloads: at(20, { users }),
    faults: [fault('token outage', 'token-service', seconds(0), null)],
    outcome: { ...smallPlan.outcome, deadline: seconds(10) },
  };
  const history = await runVirtualPlan(plan);
  let worst = 0;
  for (let t = 2.5; t < 95; t += 5) {
    const seen = okShare(history, (t - 2.5) * 60, (t + 2.5) * 60);
    const expected = servedShare(t, 60, 90);
    // Requests share users, so the users are the sample; both kinds of noise, four deviations.
    const noise = Math.sqrt(expected * (1 - expected) * (1 / users + 1 / seen.n));
    const curve = 0.001;
    worst = Math.max(worst, Math.abs(seen.share - expected));
    assert.ok(
      Math.abs(seen.share - expected) < 4 * noise + curve,
      `at ${t} min: ${seen.share} instead of ${expected} ± ${noise}`,
    );
  }
  console.log(`largest difference of the served share: ${worst.toFixed(4)}`);
});

for (const retries of [0, 1]) {
  test(`one undetected dead connector of four loses ${retries === 0 ? '1/4' : '1/16 with one independent retry'}`, async () => {
    const plan: Plan = {
      ...smallPlan,
      horizon: minutes(10),
      behaviour: {
        ...documented,
        detection: { ...documented.detection, suspectAfter: undefined, deadAfter: undefined },
      },
      workloads: at(50, { clientRetries: retries, clientRetryDelay: ms(100) }),
      // Its backend link is dead, its tunnels are fine: nothing tells the service.
      faults: [fault('link reset', 'connector/paris/1', seconds(0), null, { hop: 'connector-backend' })],
    };
    const { share, n } = okShare(await runVirtualPlan(plan), 10, 600);
    const expected = retries === 0 ? 1 / 4 : 1 / 16;
    const noise = Math.sqrt((expected * (1 - expected)) / n);
    console.log(`lost ${(1 - share).toFixed(4)} of ${n}, expected ${expected} ± ${noise.toFixed(4)}`);
    assert.ok(Math.abs(1 - share - expected) < 4 * noise, `lost ${1 - share} instead of ${expected}`);
  });
}

const still = { latency: micros(0), jitter: micros(0), bytesPerSecond: null };

test("a connector's mean wait is that of Erlang C", async () => {
  const cores = 2;
  const demand = ms(10);
  const load = 0.8;
  const rate = (load * cores) / 0.01;
  const backend = ms(5);
  const connector: ConnectorPlan = {
    ...smallPlan.topology.connectors[0]!,
    cores,
    demand,
    maxConcurrent: 10_000,
    maxQueue: 100_000,
  };
  const plan = (replication: number): Plan => ({
    ...smallPlan,
    replication,
    horizon: seconds(130),
    topology: {
      ...smallPlan.topology,
      sites: [{ id: 'paris', serviceLink: still, backendLink: still }],
      connectors: [connector],
      userLink: still,
      tokenLink: still,
    },
    applications: [
      {
        ...smallPlan.applications[0]!,
        preAuthentication: 'pass-through',
        backend: { latency: backend, latencyDistribution: 'constant', responseBytes: 100 },
      },
    ],
    workloads: at(rate),
  });
  const waits: number[] = [];
  for (let replication = 0; replication < 12; replication++) {
    const { requests } = await runVirtualPlan(plan(replication));
    let sum = 0;
    let n = 0;
    for (let i = 0; i < requests.length; i++) {
      const start = requests.start[i] ?? 0;
      if (start < seconds(10)) continue;
      sum += (requests.end[i] ?? 0) - start;
      n++;
    }
    waits.push((sum / n - demand - backend) / 1e6);
  }
  const expected = meanWait({ arrivalRate: rate, serviceRate: 100, servers: cores });
  const interval = studentInterval(meanError(waits), 0.99)!;
  console.log(`mean wait ${meanError(waits).mean} s, 99 % [${interval}], Erlang C ${expected}`);
  assert.ok(interval[0] <= expected && expected <= interval[1], `Erlang C ${expected} outside [${interval}]`);
  assert.ok(interval[1] - interval[0] < 0.25 * expected, 'too coarse to mean anything');
});

test.run();
