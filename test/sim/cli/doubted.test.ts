import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { doubted } from '../../../sim/cli/run-live.ts';
import type { ObjectiveVerdict } from '../../../sim/judge/verdict.ts';

const objective: ObjectiveVerdict = {
  name: 'availability',
  kind: 'availability',
  verdict: 'met',
  value: 1,
  interval: [0.999, 1],
  limit: 0.99,
  n: 3,
  reason: '',
};

test('a load that came too late takes every verdict back and is the reason, before any other', () => {
  const late = '4.2 % of the requests of replication 1 started over 20 ms late';
  const missed: ObjectiveVerdict = { ...objective, verdict: 'inconclusive', reason: 'one replication has no interval' };
  const study = doubted({ verdict: 'met', objectives: [objective, missed] }, [late]);
  assert.is(study.verdict, 'inconclusive');
  assert.equal(
    study.objectives.map(({ verdict, reason }) => [verdict, reason]),
    [
      ['inconclusive', late],
      ['inconclusive', `${late}; one replication has no interval`],
    ],
  );
});

test('without a doubt nothing changes', () => {
  const study = { verdict: 'met' as const, objectives: [objective] };
  assert.is(doubted(study, []), study);
});

test.run();
