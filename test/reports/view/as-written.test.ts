import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { renderGithubSummary } from '../../../reports/ci/github-summary.ts';
import { renderReport } from '../../../reports/page/report.ts';
import { displayWidth } from '../../../reports/terminal/columns.ts';
import { renderTerminal } from '../../../reports/terminal/run.ts';
import { cellRole } from '../../../reports/view/cell-role.ts';
import { episodesOf } from '../../../reports/view/episodes.ts';
import { headline } from '../../../reports/view/headline.ts';
import { longRunSentence } from '../../../reports/view/long-run-words.ts';
import { bestCell } from '../../../reports/view/verdict-words.ts';
import { attainment } from '../../../sim/judge/attainment.ts';
import { sampleLive, sampleSweep, sampleWide } from '../sample-result.ts';

const sweep = sampleSweep();
const missed = sweep.cells.findIndex(({ verdict }) => verdict === 'missed');
const fails = { ...sweep, asWritten: missed };

test('a sweep that finds a configuration says first what the one in the file does', () => {
  const { word, finding } = headline(fails, null);
  assert.is(word, 'A CONFIGURATION MEETS');
  assert.match(finding, /^As written \(1 site × 1 connector per site \(documented\)\): missed, 99\.\d+ %\. Of 24/);
  assert.is(headline({ ...sweep, cheapest: null, verdict: 'missed' }, null).word, 'NO CONFIGURATION MEETS');
  assert.is(headline(sampleLive(), null).word, 'MISSED');
  assert.match(headline({ ...sweep, asWritten: null }, null).finding, /^Of 24/);
});

test('the configuration as written is marked in the page, the terminal and the step summary', () => {
  assert.match(renderReport(fails), /A CONFIGURATION MEETS/);
  const terminal = renderTerminal(fails, { color: false, width: 100 });
  assert.match(terminal, /✗ 99\.\d+†/);
  assert.match(terminal, /† as written/);
  const entry = { file: 'x.yaml', line: 0, seconds: 1, result: fails, error: null, baseline: null };
  assert.match(renderGithubSummary([entry]), /1 connector per site \\\(documented\\\) \\\(as written\\\)/);
});

test('where all cost the same nothing is called the cheapest', () => {
  const cells = sweep.cells.map((cell) => ({ ...cell, cost: 4 }));
  const equal = { ...sweep, cells, asWritten: sweep.cheapest };
  assert.is(cellRole(equal, sweep.cheapest ?? -1), 'as written, best that meets');
  assert.match(headline(equal, null).finding, /all at one cost, the best that meets every objective is/);
  assert.not.match(renderTerminal(equal, { color: false, width: 100 }), /cheapest that meets/);
});

test('without one that meets, the best is looked for among those that may', () => {
  const [first, second, third] = sweep.cells;
  const cells = [first!, { ...second!, verdict: 'inconclusive' as const }, { ...third!, verdict: 'missed' as const }];
  assert.is(bestCell({ cells }), 1);
});

test('the interval is named for what it is, and the spread of replications stands beside it', () => {
  const perReplication = [0.00004, 0.00002, 0.00107, 0.00003, 0.00004];
  const cheapest = sweep.cells[sweep.cheapest ?? 0]!;
  const cell = { ...cheapest, perReplication, attainment: attainment(perReplication, cheapest.objectives, 0.95) };
  const cells = sweep.cells.map((one, at) => (at === sweep.cheapest ? cell : one));
  assert.is(
    longRunSentence({ ...sweep, cells }),
    'The interval is of the long-run mean, with the fault rates taken as given. With 3 sites × 1 connector per site (hardened) 4 of 5 replications kept 99.95 % on their own (28.3 to 99.5 % of such replications would): the worst lost 0.11 % of its requests, the median 0.0040 %.',
  );
  assert.match(headline(sweep, null).finding, /95 % interval of the long-run mean/);
  assert.match(longRunSentence(sampleLive()), /^None of 5 replications kept 99 % on their own \(/);
});

test('an episode begins with its fault, not with the window that was simulated around it', () => {
  const bars = [{ kind: 'connector crash', letter: 'C', from: 110, to: 150 }];
  const [episode] = episodesOf({
    seconds: 1000,
    lanes: [{ part: 'connector/a/1', bars }],
    spans: [{ from: 100, to: 170, requests: 10, lost: 5 }],
    requests: 100,
    lostElsewhere: 0,
    moreFaults: 0,
  });
  assert.equal([episode?.from, episode?.to], [110, 170]);
});

test('no line of prose, name or legend is wider than the terminal, and tables cut in two stand apart', () => {
  const named = { ...sampleWide(), seed: 'a seed that somebody made rather long', asWritten: 0 };
  const result = { ...named, scenario: { ...named.scenario, name: `a ${'very '.repeat(20)}long name` } };
  const lines = renderTerminal(result, { color: false, width: 80 }).split('\n');
  for (const line of lines.filter((text) => /long name|somebody|percent served|cheapest/.test(text))) {
    assert.ok(displayWidth(line) <= 80, line);
  }
  const heads = lines.flatMap((line, at) => (/^ +connectors per site$/.test(line) ? [at] : []));
  for (const at of heads) assert.match(lines[at - 1] ?? '', /^$|^ {2}\S/);
  assert.ok(heads.length > 1);
});

test.run();
