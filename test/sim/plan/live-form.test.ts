import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { liveCost } from '../../../sim/plan/live-cost.ts';
import { liveForm } from '../../../sim/plan/live-form.ts';
import { explainScenario } from '../../../sim/scenario/explain.ts';
import { read, smallInput } from '../scenario/small-scenario.ts';

const form = (more: object) => liveForm(read({ ...smallInput, sweep: {}, faults: {}, ...more }));

test('a live run has no stopping rule: as few replications as the scenario allows, unless the live section says how many', () => {
  const replications = (more: object) => form(more).run.replications;
  assert.equal(replications({ run: {} }), { min: 10, max: 10 });
  assert.equal(replications({ run: { replications: { min: 3, max: 50 } }, live: { duration: '20s' } }), {
    min: 3,
    max: 3,
  });
  assert.equal(replications({ run: { replications: 7 } }), { min: 7, max: 7 });
  assert.equal(replications({ run: { replications: 7 }, live: { replications: 2 } }), { min: 2, max: 2 });
});

test('live replications cost their number times the scaled length of each', () => {
  const run = { duration: '10m', timeScale: 20, replications: 4 };
  // 2 cells × 4 replications of 10 min / 20 = 30 s
  assert.equal(liveCost(form({ run, sweep: { 'connectors per site': [1, 2] } })), {
    replications: 8,
    each: 30e6,
    all: 240e6,
  });
});

test('explain tells the time that live replications take, and no stopping rule for them', () => {
  const live = (more: object): string =>
    explainScenario(read({ ...smallInput, sweep: {}, faults: {}, ...more }), 'prose')
      .split('\n\nLive. ')[1]
      ?.trim() ?? '';
  assert.is(
    live({ run: { duration: '10m' } }),
    'A live run is as above, without a stopping rule. That is ten live replications of 10 minutes, one after the other: at least 100 minutes.',
  );
  assert.is(
    live({ run: { duration: '10m' }, live: { duration: '20s', replications: 1 } }),
    'Each replication covers 20 seconds and there is one replication. That is one live replication: at least 20 seconds.',
  );
});

test.run();
