import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compilePlan } from '../../../sim/plan/compile.ts';
import { redirectUrisOf } from '../../../sim/plan/roles.ts';
import { runVirtualPlan } from '../../../sim/virtual/engine.ts';
import { read, smallInput } from '../scenario/small-scenario.ts';

test('applications under paths of one host are served, sign-ins included', async () => {
  const externalHost = 'work.example.com';
  const plan = compilePlan(
    read({
      ...smallInput,
      run: { duration: '2m' },
      identity: { startInEquilibrium: false },
      applications: {
        shop: { group: 'main', externalHost },
        mail: { group: 'main', externalHost, externalPath: '/mail/' },
      },
      workload: {
        shoppers: { application: 'shop', requestsPerSecond: 2 },
        readers: { application: 'mail', requestsPerSecond: 2 },
      },
      faults: {},
      sweep: {},
    }),
  );
  assert.is(new Set(redirectUrisOf(plan)).size, 2);
  const history = await runVirtualPlan(plan);
  assert.ok(Number(history.notes['signIns']) > 20, 'users had to sign in');
  const { length, outcome, application } = history.requests;
  assert.ok(length > 300);
  assert.equal([...new Set(Array.from(application))].sort(), [0, 1]);
  assert.equal([...new Set(Array.from(outcome))], [0], 'every request was answered by its application');
});

test.run();
