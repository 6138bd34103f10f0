import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Growth } from '../../../sim/live/growth.ts';

test('what was counted before the first look does not count', () => {
  const growth = new Growth();
  assert.is(growth.note('a', 7), 0);
  assert.is(growth.note('a', 9), 2);
  assert.is(growth.note('b', 100), 2);
  assert.is(growth.note('b', 101), 3);
});

test('a process without an answer changes nothing; one that began anew counts from zero', () => {
  const growth = new Growth();
  growth.note('a', 7);
  assert.is(growth.note('a', undefined), 0);
  assert.is(growth.note('a', 3), 3);
  assert.is(growth.note('a', 4), 4);
});

test.run();
