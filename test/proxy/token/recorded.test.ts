import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Condition, conditions, exercise } from './exercise.ts';
import { liveSubject } from './live-subject.ts';
import { modelSubject } from './model-subject.ts';

/** What the real token service was seen to do, condition by condition. */
const file = fileURLToPath(new URL('../../../../test/proxy/token/recorded-exchanges.golden.json', import.meta.url));
const recorded = (): Record<string, Record<string, string>> => JSON.parse(readFileSync(file, 'utf8'));

test('the real token service does what was recorded', async () => {
  const found = new Map<Condition, Record<string, string>>();
  const put = async (condition: Condition): Promise<void> => {
    const subject = await liveSubject();
    try {
      found.set(condition, await exercise(subject, condition));
    } finally {
      await subject.close();
    }
  };
  // Those that only wait run beside the others.
  const waiting = conditions.filter((condition) => condition === 'frozen' || condition.startsWith('slower'));
  const busy = conditions.filter((condition) => !waiting.includes(condition));
  const inTurn = async (): Promise<void> => {
    for (const condition of busy) await put(condition);
  };
  await Promise.all([...waiting.map(put), inTurn()]);
  const seen = Object.fromEntries(conditions.map((condition) => [condition, found.get(condition)]));
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, `${JSON.stringify(seen, null, 2)}\n`);
  assert.equal(seen, recorded());
});

for (const condition of conditions) {
  test(`the model does what the real one did: ${condition}`, async () => {
    assert.equal(await exercise(modelSubject(), condition), recorded()[condition]);
  });
}

test.run();
