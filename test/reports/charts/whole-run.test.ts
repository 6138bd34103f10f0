import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { wholeRunChart } from '../../../reports/charts/whole-run.ts';
import { episodesOf, lossByFault, lostInAll, worstEpisode } from '../../../reports/view/episodes.ts';
import { laneLabel, partWords } from '../../../reports/view/part-words.ts';
import type { Timeline, WholeRun } from '../../../sim/store/result.ts';
import { sampleSweep } from '../sample-result.ts';
import { monthTimeline } from '../sample-timeline.ts';

const timeline = monthTimeline();
const whole = timeline.whole as WholeRun;

const chart = (over: Partial<WholeRun> = {}, time: Timeline = timeline): string =>
  wholeRunChart(sampleSweep(), time, { ...whole, ...over }).text;

test('stretches that touch are one episode, with all faults that were on in it; it begins with the first of them', () => {
  const lane = (part: string, from: number, to: number) => ({ part, bars: [{ kind: 'crash', letter: 'C', from, to }] });
  const episodes = episodesOf({
    ...whole,
    lanes: [lane('connector/a/1', 10, 30), lane('site/a', 20, 40), lane('connector/b/1', 100, 110)],
    spans: [
      { from: 5, to: 25, requests: 10, lost: 1 },
      { from: 25, to: 45, requests: 10, lost: 2.5 },
      { from: 95, to: 115, requests: 10, lost: 0 },
    ],
  });
  assert.equal(episodes, [
    { from: 10, to: 45, requests: 20, lost: 3.5, faults: ['crash of connector a/1', 'crash of site a'] },
    { from: 100, to: 115, requests: 10, lost: 0, faults: ['crash of connector b/1'] },
  ]);
  assert.is(worstEpisode(episodes), episodes[0]);
  assert.is(worstEpisode(episodes.slice(1)), null);
});

test('what was lost is told by kind of fault; kinds that met are named together', () => {
  const lane = (part: string, kind: string, from: number, to: number) => ({
    part,
    bars: [{ kind, letter: 'C', from, to }],
  });
  const found = lossByFault({
    ...whole,
    lanes: [
      lane('connector/a/1', 'crash', 10, 30),
      lane('connector/b/1', 'crash', 50, 60),
      lane('site/a', 'loss', 55, 80),
    ],
    spans: [
      { from: 5, to: 35, requests: 10, lost: 3 },
      { from: 45, to: 52, requests: 10, lost: 1 },
      { from: 52, to: 60, requests: 10, lost: 2 },
      { from: 60, to: 85, requests: 10, lost: 7 },
      { from: 90, to: 95, requests: 10, lost: 0 },
    ],
  });
  assert.equal(found, [
    { faults: 'loss', lost: 7 },
    { faults: 'crash', lost: 4 },
    { faults: 'crash with loss', lost: 2 },
  ]);
  assert.match(chart(), /By fault: egress down \d+ %, .*connector crash/);
});

test('the table has every episode and the rest; its shares add up to all that was lost', () => {
  const page = chart();
  const rows = [...page.matchAll(/<tr>(?:<td>[^<]*<\/td>)+<\/tr>/g)].map(([row]) =>
    [...row.matchAll(/<td>([^<]*)<\/td>/g)].map((match) => match[1] ?? ''),
  );
  assert.is(rows.length, episodesOf(whole).length + 1);
  const lost = rows.reduce((sum, row) => sum + Number((row[3] ?? '').replace(/,/g, '')), 0);
  assert.ok(Math.abs(lost - lostInAll(whole)) < rows.length, `${lost} is not ${lostInAll(whole)}`);
  assert.equal(rows[rows.length - 1]?.slice(2, 4), ['at all other times', '50']);
});

test('where not all is drawn, words and table tell what was there before, and the staircase still adds up', () => {
  const episodes = Array.from({ length: 2_500 }, (_, n) => {
    const [from, to] = [1000 * n, 1000 * n + 100];
    return { from, to, requests: 10_000, lost: n + 1, faults: ['crash of connector a/1'] };
  });
  const lost = (2_500 * 2_501) / 2;
  const spans = episodes.slice(-10).map(({ faults: _, ...span }) => span);
  const drawn = spans.reduce((sum, span) => sum + span.lost, 0);
  const page = chart({
    lanes: [],
    spans,
    lostElsewhere: lost - drawn + 50,
    moreFaults: 2_500,
    beforeCut: {
      episodes,
      lostElsewhere: 50,
      byFault: [
        { faults: 'crash', lost: 0.9 * lost },
        { faults: 'loss', lost: 0.1 * lost },
      ],
    },
  });
  assert.match(page, /something did not work 2500 times in 30 d; each time it cost requests/);
  assert.match(page, /\(crash of connector a\/1\)/);
  assert.match(page, /By fault: crash 90 %, loss 10 %\./);
  assert.not.match(page, /no fault|<td>none<\/td>/);
  assert.match(page, /\(2101 more rows in result\.json\)/);
  const [, end] = /L\d+ ([\d.]+)V/.exec(page) ?? [];
  const [, label] = /<text class="strong" x="\d+" y="([\d.]+)">[\d,]+ %<\/text><line class="axis"/.exec(page) ?? [];
  assert.is(Number(label), Number(end) + 4, 'the last step is at the label');
});

test('it names the worst episode and how much of the error budget all of it took', () => {
  const page = chart();
  assert.match(page, /In this replication something did not work 9 times in 30 d; each time it cost requests\./);
  assert.match(page, /The worst began 19 d 04:48 into the run \(egress down of egress shared\)/);
  const used = lostInAll(whole) / (whole.requests * (1 - 0.9995));
  assert.match(
    page,
    new RegExp(
      `All of it used ${(used * 100).toFixed(0)} % of the error budget of 99\\.95 %; the mean of all replications is \\d+ %\\.`,
    ),
  );
});

test('the staircase ends at the use and shows the budget, also when it is overdrawn or there is none', () => {
  const over = chart({ spans: whole.spans.map((span) => ({ ...span, lost: span.requests })) });
  assert.match(over, /class="objective"/);
  assert.match(over, />\d{3,4} %<\/text>/);
  const sweep = sampleSweep();
  const bare = { ...sweep, cells: sweep.cells.map((cell) => ({ ...cell, objectives: [] })) };
  const without = wholeRunChart(bare, timeline, whole).text;
  assert.match(without, /lost so far/);
  assert.not.match(without, /class="objective"|error budget/);
});

test('where the objective counts time, requests lost are no part of its budget: none is shown', () => {
  const sweep = sampleSweep();
  const cells = sweep.cells.map((cell) => ({
    ...cell,
    objectives: cell.objectives.map((one) =>
      one.kind === 'availability' ? { ...one, name: 'availability by time' } : one,
    ),
  }));
  const page = wholeRunChart({ ...sweep, cells }, timeline, whole).text;
  assert.match(page, /lost so far/);
  assert.not.match(page, /class="objective"|error budget|mean of all replications/);
});

test('nothing lost, no spans, no lanes, a fault at the very end: still a chart', () => {
  for (const some of [
    { spans: [], lostElsewhere: 0 },
    { spans: [], lanes: [], lostElsewhere: 0, requests: 0 },
    { spans: whole.spans.map((span) => ({ ...span, lost: 0 })), lostElsewhere: 0 },
  ]) {
    const page = chart(some);
    assert.not.match(page, /NaN|Infinity|undefined/);
    assert.match(page, /<\/figure>/);
  }
  assert.match(chart({ spans: [] }, { ...timeline, from: whole.seconds - 1 }), /class="small end"[^>]*>enlarged below/);
});

test('parts are named as in selectors; a long name keeps its end', () => {
  assert.is(partWords('connector/paris/1'), 'connector paris/1');
  assert.is(partWords('token-service'), 'token service');
  assert.is(laneLabel('connector/paris/1', 20), 'paris/1');
  assert.is(laneLabel('connector/a-site-with-a-very-long-name/12', 20), 'a-site-with-a-…me/12');
  assert.is(laneLabel('site/a-site-with-a-very-long-name', 20).length, 20);
});

test.run();
