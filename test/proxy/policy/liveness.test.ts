import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ms, seconds } from '../../../proxy/host/units.ts';
import { documented, hardened } from '../../../proxy/policy/behaviour.ts';
import { needlessAlarm } from '../../../proxy/policy/liveness.ts';

const [second, two] = [seconds(1), seconds(2)];

test('a silence must last longer than from one ping to the answer of the next', () => {
  const dead = { pingInterval: second, suspectAfter: undefined, deadAfter: two };
  assert.is(needlessAlarm(dead), undefined);
  assert.is(needlessAlarm(dead, ms(999)), undefined);
  assert.is(needlessAlarm(dead, ms(1_000)), 'deadAfter');
  assert.is(needlessAlarm({ ...dead, deadAfter: second }), 'deadAfter');
  assert.is(needlessAlarm({ ...dead, suspectAfter: second }), 'suspectAfter');
  assert.is(needlessAlarm({ ...dead, deadAfter: undefined }), undefined, 'no limit, no alarm');
});

test('the shipped records raise none across the world', () => {
  for (const { detection } of [documented, hardened]) assert.is(needlessAlarm(detection, ms(600)), undefined);
});

test.run();
