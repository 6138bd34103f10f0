import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { attainment } from '../../../sim/judge/attainment.ts';
import type { ObjectiveVerdict } from '../../../sim/judge/verdict.ts';

const objective = (name: string, limit: number, kind: ObjectiveVerdict['kind'] = 'availability'): ObjectiveVerdict => ({
  name,
  kind,
  verdict: 'met',
  value: 1,
  interval: null,
  limit,
  n: 4,
  reason: '',
});

test('a run meets the objective for requests on its own, at the limit as well', () => {
  const objectives = [objective('latency p99', 5, 'latency'), objective('availability', 0.75)];
  const found = attainment([0.25, 0.5, 0, 0.1], objectives, 0.95);
  assert.is(found?.met, 3);
  assert.is(found?.n, 4);
  assert.ok((found?.interval[0] ?? 1) < 0.2 && (found?.interval[1] ?? 0) > 0.99);
});

test('a run without requests neither met nor missed', () => {
  const found = attainment([0.25, null, 0.5, null], [objective('availability', 0.75)], 0.95);
  assert.equal([found?.met, found?.n], [1, 2]);
  assert.is(attainment([null, null], [objective('availability', 0.75)], 0.95), null);
});

test('nothing to tell: no such objective, one that allows no loss, no runs', () => {
  assert.is(attainment([0.5], [objective('availability by time', 0.9)], 0.95), null);
  assert.is(attainment([0.5], [objective('availability', 1)], 0.95), null);
  assert.is(attainment([], [objective('availability', 0.9)], 0.95), null);
});

test.run();
