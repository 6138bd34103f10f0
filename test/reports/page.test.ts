import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { renderReport } from '../../reports/page/report.ts';
import type { RunResult } from '../../sim/store/result.ts';
import { smallPlan } from '../sim/plan/small-plan.ts';
import { golden } from './golden.ts';
import { hostileStrings, poisoned } from './poison.ts';
import { sampleClean, sampleLive, sampleSweep, sampleWide } from './sample-result.ts';

const replay = { replay: 'holdfast replay out/sample' };

test('golden pages, in whatever time zone', () => {
  const env: { TZ?: string } = process.env;
  const zone = env.TZ;
  try {
    for (const name of ['UTC', 'Pacific/Kiritimati']) {
      env.TZ = name;
      golden('report-sweep.golden.html', renderReport(sampleSweep(), replay));
      golden('report-live.golden.html', renderReport(sampleLive(), replay));
      golden('report-clean.golden.html', renderReport(sampleClean(), replay));
    }
  } finally {
    if (zone === undefined) delete env.TZ;
    else env.TZ = zone;
  }
});

test('size budgets: shell 30 kB, typical 150 kB, 200 cells 500 kB', () => {
  const bytes = (result: RunResult): number => Buffer.byteLength(renderReport(result));
  assert.ok(bytes(sampleClean()) <= 30_000);
  assert.ok(bytes(sampleLive()) <= 150_000);
  assert.ok(bytes(sampleSweep()) <= 150_000);
  assert.ok(bytes(sampleWide()) <= 500_000);
});

test('a long series is thinned and says so', () => {
  const live = sampleLive();
  const point = live.timeline!.points[0]!;
  const points = Array.from({ length: 50_000 }, (_, i) => ({ ...point, at: i * 10, failed: i === 31_234 ? 40 : 0 }));
  const page = renderReport({ ...live, timeline: { ...live.timeline!, points } });
  assert.ok(Buffer.byteLength(page) <= 150_000);
  assert.match(page, /Each point shows the worst of 56 buckets/);
});

/** Tag names with their attribute names, in order; attribute values and text dropped. */
function structure(page: string): string {
  const tags = page.match(/<(?:"[^"]*"|[^">])*>/g) ?? [];
  return tags.map((tag) => tag.replace(/="[^"]*"/g, '')).join('');
}

const samples: ReadonlyArray<() => RunResult> = [sampleLive, sampleClean, sampleSweep];

test('hostile names leave the same elements, attributes and one script', () => {
  for (const text of hostileStrings) {
    const page = renderReport(poisoned(sampleSweep(), text), { replay: text });
    assert.is(page.match(/<script/g)?.length, 1);
    assert.is(page.match(/<style/g)?.length, 1);
    assert.not.match(page, /<(?:img|iframe|object|embed|a|form)\b/i);
    assert.not.match(page, /<[^>"]*\son\w+=/i);
    assert.ok(Buffer.from(page, 'utf8').toString('utf8') === page, 'no lone surrogate');
  }
});

test('law: no string in a result changes the structure of the page', () => {
  for (const sample of samples.slice(0, 2)) {
    const expected = structure(renderReport(poisoned(sample(), 'x')));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (text) => {
        assert.is(structure(renderReport(poisoned(sample(), `x${text}`), { replay: text })), expected);
      }),
      { numRuns: 60 },
    );
  }
});

test('every chart has a title, a finding and a table; ids are unique; references resolve', () => {
  for (const sample of samples) {
    const page = renderReport(sample());
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    assert.is(new Set(ids).size, ids.length);
    for (const figure of page.split('<figure').slice(1)) {
      const one = figure.slice(0, figure.indexOf('</figure>'));
      const [, title, desc] = /aria-labelledby="(\S+) (\S+)"/.exec(one) ?? [];
      assert.match(one, new RegExp(`<title id="${title}">[^<]+</title><desc id="${desc}">[^<]{20,}</desc>`));
      assert.match(one, /<details><summary>Show as table<\/summary>/);
    }
  }
});

test('no inline style, no address, no number gone wrong', () => {
  for (const sample of [...samples, sampleWide]) {
    const page = renderReport(sample());
    assert.not.match(page, / style=/);
    assert.not.match(page, /https?:\/\//);
    assert.not.match(page, /NaN|undefined|Infinity|\[object|-0[" ]/);
  }
});

test('the cost of a configuration is told in connectors where it is that', () => {
  const sweep = sampleSweep();
  const [one] = smallPlan.topology.connectors;
  const plans = sweep.cells.map(({ cost }) => {
    const connectors = Array.from({ length: cost }, () => one!);
    return { ...smallPlan, topology: { ...smallPlan.topology, connectors } };
  });
  assert.match(renderReport(sweep, { plans }), /<dt>connectors<\/dt><dd>3<\/dd>/);
  const priced = { ...sweep, cells: sweep.cells.map((cell) => ({ ...cell, cost: cell.cost * 10 })) };
  assert.match(renderReport(priced, { plans }), /<dt>cost<\/dt><dd>30<\/dd>/);
  assert.match(renderReport(sweep), /<dt>cost<\/dt><dd>3<\/dd>/);
});

test('a baseline has its section, proven losses are marked', () => {
  const change = { axes: { sites: 2 }, n: 60, change: 0.0007, interval: [0.0005, 0.0009] as const, pWorse: 0.001 };
  const cells = [{ ...change, verdict: 'worse' as const }];
  const comparison = { comparable: true as const, changed: [], cells, provenLoss: true, notes: [] };
  const page = renderReport(sampleSweep(), { baseline: { against: 'main', comparison } });
  assert.match(page, /Against main/);
  assert.match(page, /-0\.07 points \(-0\.09 … -0\.05\) against main, proven worse/);
  assert.not.match(renderReport(sampleSweep()), /id="baseline"/);
});

test('when the chosen configuration lost nothing, the reasons of another one are shown, and named', () => {
  const sweep = sampleSweep();
  const cells = sweep.cells.map((cell, at) =>
    at === sweep.cheapest ? { ...cell, measurement: { ...cell.measurement, losses: [] } } : cell,
  );
  const page = renderReport({ ...sweep, cells });
  assert.match(page, /Nothing was lost with 3 sites × 1 connector per site \(hardened\)\. Main causes of loss with/);
  assert.match(page, /of loss with 1 site × 2 connectors per site \(documented\): /);
});

test('a live report says that its replications were all run, not that the scenario fixes them', () => {
  const live = sampleLive();
  assert.match(renderReport({ ...live, stopReason: 'fixed' }), /all live replications were run/);
  assert.match(renderReport({ ...live, engine: 'virtual', stopReason: 'fixed' }), /the scenario fixes the number/);
});

test('the availability by time is told beside the one by requests', () => {
  assert.match(renderReport(sampleLive()), /Counted by time instead of requests: 44\.1\s% \(43\.0 … 45\.3\)\./);
  assert.match(renderReport(sampleClean()), /requests: at least 99\.87\s%, no window was down\./);
});

const emptied = (result: RunResult): RunResult => ({
  ...result,
  objectives: [],
  cells: [],
  axes: [],
  cheapest: null,
  timeline: { cell: 0, replication: 0, bucketSeconds: 1, points: [], lanes: [], from: 0, whole: null },
});

test('strange but legal results are drawn: nothing in them, axes without cells, one value, no arithmetic', () => {
  const sweep = sampleSweep();
  const bare = sweep.cells.map((cell) => ({ ...cell, arithmetic: null, objectives: [] }));
  const names = { ...sweep, axes: [{ name: 'behaviour', values: ['documented', 'hardened'] }] };
  const two = sweep.cells.slice(0, 2).map((cell) => ({ ...cell, axes: { behaviour: cell.behaviour } }));
  for (const result of [
    emptied(sweep),
    { ...sweep, cells: sweep.cells.slice(0, 5), cheapest: null },
    { ...sweep, cells: bare, cheapest: null },
    { ...names, cells: two, cheapest: 99 },
  ]) {
    const page = renderReport(result);
    assert.not.match(page, /NaN|undefined|Infinity/);
    assert.match(page, /<\/html>\n$/);
  }
});

test.run();
