import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Returns } from '../../../sim/live/returns.ts';
import { eventually } from './echo-link.ts';

const hour = 3_600_000;

test('a part starts once its delay is over; a longer one than a timer can count is not none', async () => {
  const returns = new Returns();
  const started: string[] = [];
  returns.begin('never', 1e6 * hour, async () => void started.push('never'));
  returns.begin('soon', 0, async () => void started.push('soon'));
  await eventually(() => started.length > 0, 'a start');
  returns.close();
  assert.equal(started, ['soon']);
  assert.is(await returns.callOff('soon'), false, 'it is back');
});

test('called off it does not start; where it starts already that is waited for', async () => {
  const returns = new Returns();
  let done = (): void => {};
  let begun = false;
  returns.begin('far', hour, async () => assert.unreachable());
  assert.is(await returns.callOff('far'), true);
  returns.begin('near', 0, () => {
    begun = true;
    return new Promise<void>((resolve) => {
      done = resolve;
    });
  });
  await eventually(() => begun, 'its start');
  let over = false;
  const off = returns.callOff('near').then((found) => {
    over = true;
    return found;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.is(over, false);
  done();
  assert.is(await off, true);
});

test('the first failure is kept; closed, nothing starts', async () => {
  const returns = new Returns();
  const failing = (why: string) => () => Promise.reject(new Error(why));
  returns.begin('a', 0, failing('first'));
  await eventually(() => returns.failure !== undefined, 'a failure');
  returns.begin('b', 0, failing('second'));
  assert.is(await returns.callOff('b'), true);
  returns.begin('b', 0, failing('third'));
  returns.close();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.is((returns.failure as Error).message, 'first');
});

test.run();
