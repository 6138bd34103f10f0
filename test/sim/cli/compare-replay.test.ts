import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareReplay } from '../../../sim/cli/compare-replay.ts';

const recorded = { engine: 'virtual', eventHash: 'a', verdict: 'met', stopReason: 'fixed' } as const;
const other = { ...recorded, eventHash: 'b', verdict: 'missed' } as const;
const whole = { recorded, again: recorded, edited: false, interrupted: false };

test('identical only by the same events of a record that nobody edited', () => {
  const same = compareReplay(whole);
  assert.equal(same, {
    lines: ['recorded  a  met', 'replayed  a  met', 'identical to the recorded run: yes'],
    code: 0,
  });
  for (const differs of [{ again: other }, { edited: true }]) {
    const { lines, code } = compareReplay({ ...whole, ...differs });
    assert.is(lines.at(-1), 'identical to the recorded run: no');
    assert.is(code, 1);
  }
});

test('a live run is compared by its verdict alone', () => {
  const live = { ...whole, again: { ...recorded, engine: 'live', eventHash: 'b' } as const };
  assert.is(compareReplay(live).code, 0);
  assert.is(compareReplay({ ...live, again: { ...live.again, verdict: 'missed' } }).code, 3);
});

test('a replay that was stopped says neither yes nor no, whatever it had until then', () => {
  const part = { ...other, stopReason: 'interrupted' } as const;
  for (const stopped of [
    { ...whole, again: other, interrupted: true },
    { ...whole, again: part },
  ]) {
    const { lines, code } = compareReplay(stopped);
    assert.is(lines.length, 1);
    assert.match(lines[0] ?? '', /^interrupted: /);
    assert.is(code, 3);
  }
});

test.run();
