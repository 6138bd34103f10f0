import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Instant, minutes } from '../../proxy/host/units.ts';
import { loadScenarioFile } from '../../sim/live/load-scenario.ts';
import { cells } from '../../sim/plan/cells.ts';
import { compilePlan } from '../../sim/plan/compile.ts';
import type { Plan } from '../../sim/plan/plan.ts';
import type { ScenarioInput } from '../../sim/scenario/define.ts';
import { runVirtualPlan, type VirtualOptions } from '../../sim/virtual/engine.ts';
import { planOf } from './plan-of.ts';
import { lossesBy, requestsOf } from './requests-of.ts';

/** Without a fault and with capacity to spare, exactly nothing is lost, and nothing takes remarkably long. */
async function losesNothing(plan: Plan, atLeast: number, options: VirtualOptions = {}): Promise<void> {
  const requests = requestsOf(await runVirtualPlan({ ...plan, faults: [] }, options));
  assert.ok(requests.length >= atLeast, `${requests.length} requests`);
  assert.equal(lossesBy(requests), {}, `${plan.name} ${JSON.stringify(plan.axes)}`);
  const longest = Math.max(...requests.map(({ start, end }) => end - start));
  assert.ok(longest < 5, `${longest} s`);
}

const folder = fileURLToPath(new URL('../../../scenarios/', import.meta.url));

test('every cell of every shipped scenario, its faults left out', async () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  assert.ok(files.length >= 6);
  for (const file of files) {
    const scenario = await loadScenarioFile(path.join(folder, file));
    for (const axes of cells(scenario)) {
      const plan = compilePlan(scenario, { axes });
      const to = Math.min(minutes(0.5), plan.horizon) as Instant;
      await losesNothing(plan, 200, { to });
    }
  }
});

const scenario = (more: Partial<ScenarioInput>): ScenarioInput => ({
  name: 'steady',
  run: { duration: '60s' },
  topology: { sites: { paris: {} }, connectorGroups: { shop: { connectors: { paris: 2 }, cores: 2 } } },
  applications: { shop: { group: 'shop' } },
  workload: { people: { application: 'shop', requestsPerSecond: 30, users: 60 } },
  ...more,
});

test('few users whose sessions last seconds sign in from several tabs at once', async () => {
  const plan = planOf(
    scenario({
      run: { duration: '10m' },
      identity: { accessTokenLifetime: '5s-8s' },
      workload: { people: { application: 'shop', requestsPerSecond: 30, users: 4 } },
    }),
  );
  await losesNothing(plan, 15_000);
});

test('a day and more: signing keys, tickets and sessions end and are renewed', async () => {
  const plan = planOf(
    scenario({
      run: { duration: '50h' },
      applications: { shop: { group: 'shop', singleSignOn: 'kerberos' } },
      workload: { people: { application: 'shop', requestsPerSecond: 0.2, users: 30 } },
    }),
  );
  await losesNothing(plan, 30_000);
});

for (const behaviour of ['documented', 'hardened']) {
  test(`${behaviour}: more instances than tunnels, from the first instant`, async () => {
    const topology = { ...scenario({}).topology, instances: 30 };
    await losesNothing(planOf(scenario({ behaviour, topology })), 1500);
  });

  test(`${behaviour}: large bodies both ways close to capacity`, async () => {
    const plan = planOf(
      scenario({
        behaviour,
        topology: {
          sites: { paris: {} },
          connectorGroups: { shop: { connectors: { paris: 4 }, cores: 2, requestsPerSecond: 50 } },
        },
        applications: { shop: { group: 'shop', backend: { responseBytes: 400_000 } } },
        workload: { people: { application: 'shop', requestsPerSecond: 160, method: 'POST', requestBytes: 50_000 } },
      }),
    );
    await losesNothing(plan, 9000);
  });
}

test.run();
