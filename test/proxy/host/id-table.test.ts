import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { IdTable } from '../../../proxy/host/id-table.ts';

type Step = readonly ['set' | 'delete' | 'get', number];

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom('set', 'set', 'delete', 'get'),
  fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constantFrom(2 ** 32 + 1, 2 ** 52, 2 ** 31 - 1)),
);

test('law: it holds what a Map holds, whatever the order of changes', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const table = new IdTable<number>();
      const model = new Map<number, number>();
      steps.forEach(([kind, id], at) => {
        if (kind === 'set') {
          table.set(id, at);
          model.set(id, at);
        } else if (kind === 'delete') assert.is(table.delete(id), model.delete(id));
        else assert.is(table.get(id), model.get(id));
        assert.is(table.size, model.size);
      });
      const sorted = [...model].sort(([a], [b]) => a - b).map(([, value]) => value);
      assert.equal(table.values(), sorted);
      for (const id of model.keys()) assert.is(table.get(id), model.get(id));
    }),
  );
});

test('a sliding window of ids, one of them there for ever, as a tunnel has them', () => {
  const table = new IdTable<string>();
  table.set(1, 'a web socket');
  for (let id = 3; id < 100_001; id += 2) {
    table.set(id, String(id));
    if (id > 200) assert.ok(table.delete(id - 198));
  }
  assert.is(table.size, 100);
  assert.is(table.get(1), 'a web socket');
  assert.is(table.get(99_801), undefined);
  assert.is(table.get(99_999), '99999');
  table.clear();
  assert.is(table.size, 0);
  assert.is(table.get(1), undefined);
});

test.run();
