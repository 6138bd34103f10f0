import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Candidate, cheapestMet } from '../../../sim/judge/choose-cell.ts';
import { compareCost } from '../../../sim/plan/cost.ts';
import { smallPlan } from '../plan/small-plan.ts';

const size = (connectors: number) => ({
  ...smallPlan,
  topology: { ...smallPlan.topology, connectors: smallPlan.topology.connectors.slice(0, connectors) },
});
const cell = (connectors: number, availability: number, verdict: Candidate['verdict'] = 'met'): Candidate => ({
  plan: size(connectors),
  verdict,
  availability,
});
const choose = (...cells: Candidate[]) => cheapestMet(cells, (a, b) => compareCost(a, b, null));

test('the cheapest that meets, at equal cost the one that served most, then the first', () => {
  assert.is(choose(cell(3, 0.9999), cell(2, 0.999), cell(1, 0.9, 'missed')), 1);
  assert.is(choose(cell(2, 0.967), cell(2, 0.984), cell(2, 0.97)), 1);
  assert.is(choose(cell(2, 1), cell(2, 1)), 0);
  assert.is(choose(cell(2, 1, 'inconclusive')), null);
});

test.run();
