import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { columns, displayWidth, wrapped } from '../../reports/terminal/columns.ts';
import { renderProgress, renderProgressLine } from '../../reports/terminal/progress.ts';
import { renderTerminal } from '../../reports/terminal/run.ts';
import { golden } from './golden.ts';
import { sampleClean, sampleLive, sampleSweep, sampleWide } from './sample-result.ts';

const next = [
  ['report', 'out/connector-crash/report.html'],
  ['replay', 'holdfast replay out/connector-crash'],
] as const;

test('a sweep, without and with colour', () => {
  golden('terminal-sweep.golden.txt', renderTerminal(sampleSweep(), { color: false, width: 100, next }));
  golden('terminal-sweep-colour.golden.txt', renderTerminal(sampleSweep(), { color: true, width: 100, next }));
});

test('single cells: missed, undecided, nothing lost', () => {
  golden('terminal-live.golden.txt', renderTerminal(sampleLive(), { color: false, width: 80 }));
  golden('terminal-clean.golden.txt', renderTerminal(sampleClean(), { color: false, width: 80 }));
  golden('terminal-wide.golden.txt', renderTerminal(sampleWide(), { color: false, width: 120 }));
});

test('no table is wider than the terminal', () => {
  for (const width of [60, 80, 120]) {
    for (const line of renderTerminal(sampleWide(), { color: false, width }).split('\n')) {
      assert.ok(displayWidth(line) <= width || !/[✓✗?] \d/.test(line), line);
    }
  }
});

test('colour adds escapes and nothing else', () => {
  const escapeCode = String.fromCharCode(27);
  for (const result of [sampleSweep(), sampleLive(), sampleClean()]) {
    const bare = renderTerminal(result, { color: false, width: 100 });
    const painted = renderTerminal(result, { color: true, width: 100 });
    assert.not.ok(bare.includes(escapeCode));
    assert.is.not(painted, bare);
    const [first = '', ...rest] = painted.split(escapeCode);
    assert.is(first + rest.map((part) => part.replace(/^\[\d+m/, '')).join(''), bare);
  }
});

test('a hostile name cannot move the cursor or hide text', () => {
  const result = sampleLive();
  const name = 'evil\u001b[2J\u001b]8;;http://x\u0007\u202Egnp\r\nnew line';
  const text = renderTerminal({ ...result, scenario: { ...result.scenario, name } }, { color: false, width: 80 });
  for (const code of [27, 7, 0x202e, 13]) assert.not.ok(text.includes(String.fromCharCode(code)));
  assert.match(text, /evil/);
});

test('the verdict stands on the last lines', () => {
  const lines = renderTerminal(sampleLive(), { color: false, width: 200 }).trimEnd().split('\n');
  assert.match(lines[lines.length - 1] ?? '', /^✗ 71\.3 % of requests served/);
});

test('columns count what a terminal shows', () => {
  assert.is(displayWidth('abc'), 3);
  assert.is(displayWidth('漢字'), 4);
  assert.is(displayWidth('e\u0301'), 1);
  assert.equal(
    columns([
      [{ text: '漢', align: 'right' }, { text: 'x' }],
      [{ text: 'abc' }, { text: 'y' }],
    ]),
    [' 漢  x', 'abc  y'],
  );
});

test('wrapping keeps to the width and never parts a number from its percent sign', () => {
  const lines = wrapped('aaa bbb 99 % ccc', 8, ' ');
  assert.equal(lines, [' aaa bbb', ' 99 %', ' ccc']);
});

test('progress is one line, narrower than asked, and drops the least important first', () => {
  const progress = {
    unit: 'cells',
    done: 12,
    total: 24,
    elapsedMs: 9_000,
    availability: { value: 0.9962, interval: [0.9958, 0.9966] as const, n: 30 },
    doing: '2 sites × 3 connectors per site',
  };
  assert.is(
    renderProgress(progress, 120),
    '██████████░░░░░░░░░░ 12/24 cells   9 s, about 9 s left   99.58 … 99.66 % served   2 sites × 3 connectors per site',
  );
  assert.is(renderProgress(progress, 40), '█████░░░░░ 12/24 cells');
  for (let width = 10; width < 130; width += 1) assert.ok(displayWidth(renderProgress(progress, width)) <= width);
  assert.is(renderProgressLine(progress), '50 %  12/24 cells  9 s  2 sites × 3 connectors per site');
});

test.run();
