import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CancelSource } from '../../../proxy/host/cancel.ts';

test('listeners that were not withdrawn run once each, in order, with the first reason', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 6 }), (stays) => {
      const cancel = new CancelSource();
      const told: string[] = [];
      const withdraw = stays.map((_, i) => cancel.onCancel((reason) => told.push(`${i} ${reason}`)));
      stays.forEach((stay, i) => {
        if (!stay) withdraw[i]?.();
      });
      cancel.cancel('first');
      cancel.cancel('second');
      assert.equal(
        told,
        stays.flatMap((stay, i) => (stay ? [`${i} first`] : [])),
      );
      assert.is(cancel.reason, 'first');
    }),
  );
});

test('a listener after the fact runs at once', () => {
  const cancel = new CancelSource();
  cancel.cancel('gone');
  let told = '';
  const withdraw = cancel.onCancel((reason) => {
    told = reason;
  });
  assert.is(told, 'gone');
  withdraw();
});

test('a withdrawn place is used again', () => {
  const cancel = new CancelSource();
  const told: number[] = [];
  cancel.onCancel(() => told.push(1))();
  cancel.onCancel(() => told.push(2));
  cancel.onCancel(() => told.push(3));
  cancel.cancel('x');
  assert.equal(told, [2, 3]);
});

test.run();
