import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codeFrame } from '../../../sim/scenario/code-frame.ts';

test('the marker stands under what is meant, also in a line too long to show', () => {
  const short = codeFrame('name: a\nrum: 1\n', 2, 1, 3).split('\n');
  assert.equal(short, ['  1 | name: a', '  2 | rum: 1', '    | ^^^']);
  const line = `${'x'.repeat(5_000)}HERE${'y'.repeat(5_000)}`;
  const [text = '', marker = ''] = codeFrame(line, 1, 5_001, 4).split('\n');
  assert.ok(text.length < 140);
  assert.is(text.slice(marker.indexOf('^'), marker.indexOf('^') + 4), 'HERE');
});

test('nothing that steers a terminal is shown as it is', () => {
  assert.not.match(codeFrame('name: "a\u001b[31m"', 1, 7, 9), '\u001b');
});

test.run();
