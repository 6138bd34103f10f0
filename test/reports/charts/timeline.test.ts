import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { timelineChart } from '../../../reports/charts/timeline.ts';
import { renderReport } from '../../../reports/page/report.ts';
import type { RunResult, Timeline } from '../../../sim/store/result.ts';
import { sampleLive } from '../sample-result.ts';

const live = sampleLive();
const timeline = live.timeline as Timeline;

/** Every bucket serves this share of 1000 requests; null: there were none. */
const serving = (shares: ReadonlyArray<number | null>, p99: number | null = 60_000): Timeline => ({
  ...timeline,
  points: shares.map((share, i) => ({
    at: i * timeline.bucketSeconds,
    ok: share === null ? 0 : 1000 * share,
    failed: share === null ? 0 : 1000 - 1000 * share,
    unknown: 0,
    p50: share === null ? null : 20_000,
    p99: share === null ? null : p99,
  })),
});

const chart = (time: Timeline, result: RunResult = live): string => timelineChart(result, time).text;

test('where no request was recorded nothing is said to be served', () => {
  const page = chart(serving([null, null, null], null));
  assert.match(page, /no request was recorded/);
  assert.match(page, /No request in it was recorded\./);
  assert.not.match(page, /very request/);
  assert.match(chart(serving([1, null])), /every request was served/);
  const [cell] = live.cells;
  const measurement = { ...live.measurement, requests: 0, ok: 0, failed: 0, unknown: 0, losses: [] };
  const empty = { ...live, measurement, cells: [{ ...cell!, measurement }] };
  assert.match(renderReport(empty), /<p>No request was recorded\.<\/p>/);
  assert.not.match(renderReport(empty), /No request was lost/);
});

test('the served axis begins at nothing, or close to 100 % with a break in it', () => {
  const total = chart(serving([1, 0.42]));
  assert.match(total, />0 %<\/text>.*>50 %<\/text>.*>100 %<\/text>/s);
  assert.not.match(total, /axis from/);
  const small = chart(serving([1, 0.985]));
  assert.match(small, /axis from 98 %/);
  assert.match(small, /class="axis-break"/);
  assert.not.match(chart(serving([1, 0.89])), /axis-break/);
});

test('it says that a request stands where it was sent, how long answers took, and which replication of how many it is', () => {
  const page = chart(serving([1, 0.5], 19_200_000));
  assert.match(page, /Replication 1 of 5 \(seed 0x5eed0007\)/);
  assert.match(
    page,
    /A request is shown at the time it was sent; its answer may have come up to 19.s later, or more\./,
  );
  assert.match(chart(serving([1, 1])), /at the time it was sent\./);
});

test('without a fault there is no lane, and without a loss no key for one', () => {
  const quiet = chart({ ...serving([1, 1]), lanes: [] });
  assert.not.match(quiet, />faults<|not served/);
  assert.match(chart(timeline), />faults<.*not served|not served.*>faults</s);
});

test.run();
