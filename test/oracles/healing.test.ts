import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { toSeconds } from '../../proxy/host/units.ts';
import { faultCatalogue } from '../../sim/faults/catalogue.ts';
import type { PlannedFault } from '../../sim/plan/plan.ts';
import type { ScenarioInput } from '../../sim/scenario/define.ts';
import { runVirtualPlan } from '../../sim/virtual/engine.ts';
import { everyFault } from './determinism/everything.ts';
import { planOf } from './plan-of.ts';
import { lossesBy, requestsOf } from './requests-of.ts';

const begins = 40;
const lasts = 45;

type Written = (typeof everyFault)[number];

const scenario = (fault: Written, behaviour: string): ScenarioInput => ({
  name: 'healing',
  run: { duration: '300s' },
  topology: {
    sites: { paris: { egress: 'wan' }, lyon: { egress: 'wan' } },
    connectorGroups: { main: { connectors: { paris: 2, lyon: 1 }, cores: 2 } },
  },
  applications: { shop: { group: 'main', singleSignOn: 'kerberos', backendTimeout: '20s' } },
  identity: { accessTokenLifetime: '2m-4m' },
  directory: { ticketLife: '30s', negativeCache: '20s' },
  behaviour,
  workload: { people: { application: 'shop', requestsPerSecond: 25, users: 150 } },
  faults: { schedule: [{ ...fault, at: `${begins}s`, for: `${lasts}s` }] },
});

/**
 * Long-horizon windows end when a fault has settled; whatever it still costs later would be missed. So: nothing is lost
 * before it, it touches something, and all is well again once the time it says is over.
 */
for (const behaviour of ['documented', 'hardened']) {
  for (const fault of everyFault) {
    test(`${behaviour}, ${fault.what}: it hits, and it is over when it says it is`, async () => {
      const plan = planOf(scenario(fault, behaviour));
      const planned = plan.faults[0] as PlannedFault;
      const settles = toSeconds(faultCatalogue.get(fault.what).settles(plan, planned));
      const history = await runVirtualPlan(plan);
      // A second before: what is under way when the fault begins belongs to it.
      assert.equal(lossesBy(requestsOf(history, 0, begins - 1)), {});
      const hit = history.events.find((event) => event.kind === 'fault-hit');
      assert.ok(hit?.kind === 'fault-hit' && hit.hits > 0, 'it touched nothing');
      const over = Math.min(begins + lasts + settles, 290);
      assert.ok(requestsOf(history, over).length > 200);
      assert.equal(lossesBy(requestsOf(history, over)), {}, `losses more than ${settles} s after its end`);
    });
  }
}

test('all kinds of the catalogue are asked', () => {
  assert.equal(everyFault.map(({ what }) => what).sort(), [...faultCatalogue.kinds].sort());
});

test('a connector that was slow is quick again at once: what waits in it is worked off at full speed', async () => {
  const slow = everyFault.find(({ what }) => what === 'connector slow') as Written;
  const history = await runVirtualPlan(planOf(scenario({ ...slow, factor: 500 }, 'documented')));
  assert.ok(Object.keys(lossesBy(requestsOf(history, begins, begins + lasts))).includes('overload'));
  // The few that were told their instant before hold their places (200 at once) until then; without that it is 3 minutes.
  assert.equal(lossesBy(requestsOf(history, begins + lasts + 5)), {});
});

test.run();
