import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cases } from './cases.ts';
import { virtualCentre, wrongCentres } from './virtual-centre.ts';

/** Without live runs: the virtual world stands for both, so what is seen is whether a row could tell them apart at all. */
const none = { added: 0, spread: 0, start: 0 };
const runs = 3;

for (const one of cases([])) {
  const { name, plan, comparisons } = one;
  if (one.wrong.length === 0) continue;
  test(`${name}: its rows agree with themselves, and with no simulator that is wrong`, async () => {
    const right = await virtualCentre(plan, none, plan, runs);
    const wrong = await wrongCentres(one, none, runs);
    for (const compare of comparisons) {
      const row = compare(name, right, right);
      assert.ok(row.agrees, `${row.quantity}: ${row.live}`);
      for (const { what, centre } of wrong) {
        const { agrees, live, virtual } = compare(name, right, centre);
        assert.not.ok(agrees, `${row.quantity} passes with ${what}: right ${live}, wrong ${virtual}`);
      }
    }
  });
}

test.run();
