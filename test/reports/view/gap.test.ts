import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { renderReport } from '../../../reports/page/report.ts';
import { renderTerminal } from '../../../reports/terminal/run.ts';
import { sweepLegend } from '../../../reports/terminal/sweep-table.ts';
import { aftermathSentence } from '../../../reports/view/aftermath-words.ts';
import { gapOf, gapSentences } from '../../../reports/view/gap.ts';
import { sharedPartWords } from '../../../reports/view/shared-part-words.ts';
import { smallPlan } from '../../sim/plan/small-plan.ts';
import { sampleSweep } from '../sample-result.ts';

/** The arithmetic of a plan in which nothing is ever lost. */
const nothing = {
  independent: 0,
  allDown: 0,
  staged: 0,
  sharedFloor: 0,
  stagedFloor: 0,
  sharedParts: [],
  sharedBy: {},
};

/** The sample sweep read as if the configuration with these axes were the one a reader would choose. */
function about(sites: number) {
  const sweep = sampleSweep();
  const cheapest = sweep.cells.findIndex((cell) => cell.axes['sites'] === sites);
  return { ...sweep, cheapest };
}

test('the ceiling names the shared parts of the configuration it speaks of, not of another', () => {
  assert.match(
    gapSentences(about(1)).join(' '),
    /shares \(paris as the only site, the outbound path shared and the token/,
  );
  assert.match(gapSentences(about(2)).join(' '), /shares \(the outbound path shared and the token service\) keep/);
  // a plan of one site (the first cell's) is given beside it and says nothing about this cell
  const { topology } = smallPlan;
  const plan = { ...smallPlan, topology: { ...topology, sites: topology.sites.slice(0, 1) } };
  for (const text of [
    renderReport(about(2), { plans: [plan] }),
    renderTerminal(about(2), { color: false, width: 100, plan }),
  ]) {
    assert.match(text.replace(/\s+/g, ' '), /the outbound path shared and the token service/);
    assert.not.match(text, /the only site/);
  }
});

test('without shared parts the rest of the loss is explained all the same', () => {
  const sweep = about(2);
  const cells = sweep.cells.map((cell) => ({
    ...cell,
    measurement: {
      ...cell.measurement,
      losses: [
        { cause: 'connector-lost' as const, application: 'shop', count: 60 },
        { cause: 'no-connector' as const, application: 'shop', count: 40 },
      ],
    },
    arithmetic: { ...nothing, independent: 1e-5, allDown: 1e-5 },
  }));
  const words = gapSentences({ ...sweep, cells }).join(' ');
  assert.match(words, /Of that, [\d.]+ h a year is not for want of a connector: it is the time to notice a failure/);
  assert.not.match(words, /Parts that every request shares/);
});

test('where no request found every connector down, the arithmetic was not drawn: it adds to the measured loss', () => {
  const sweep = about(2);
  const cells = sweep.cells.map((cell) => ({
    ...cell,
    measurement: {
      ...cell.measurement,
      losses: cell.measurement.losses.filter(({ cause }) => cause !== 'no-connector'),
    },
    arithmetic: { ...nothing, independent: 1e-5, allDown: 1e-5 },
  }));
  const words = gapSentences({ ...sweep, cells }).join(' ');
  assert.match(
    words,
    /was not drawn: it adds about 5\.3 min a year in the long run\. All of the [\d.]+ h a year measured is/,
  );
  assert.not.match(words, /times as much|Of that/);
});

test('overload of what is left is drawn in every run: only times with no connector left may be said not to be', () => {
  const sweep = about(2);
  const words = (allDown: number): string => {
    const cells = sweep.cells.map((cell) => ({
      ...cell,
      measurement: { ...cell.measurement, losses: [{ cause: 'overload' as const, application: 'shop', count: 60 }] },
      arithmetic: { ...nothing, independent: 1e-5, allDown },
    }));
    return gapSentences({ ...sweep, cells }).join(' ');
  };
  assert.not.match(words(1e-8), /not drawn|No replication|it adds/);
  assert.match(words(1e-8), /times as much\. Of that, .* is not for want of a connector/);
  assert.match(words(0.6e-5), /so most of what the arithmetic counts was not drawn: it adds about 3\.2 min a year/);
});

test('what is scheduled is in every run: never said not to be drawn, though requests wait in vain instead of finding none', () => {
  const sweep = about(2);
  const cells = sweep.cells.map((cell) => ({
    ...cell,
    measurement: {
      ...cell.measurement,
      availability: { ...cell.measurement.availability, value: 0.38, interval: [0.38, 0.38] as const },
      losses: [{ cause: 'user-timeout' as const, application: 'shop', count: 60 }],
    },
    objectives: cell.objectives.map((one) =>
      one.kind === 'availability' ? { ...one, value: 0.38, interval: [0.38, 0.38] as const } : one,
    ),
    arithmetic: { ...nothing, independent: 0.6, allDown: 0.6, staged: 0.6 },
  }));
  const words = gapSentences({ ...sweep, cells }).join(' ');
  assert.not.match(words, /not drawn|No replication/);
  assert.match(words, /as the arithmetic says/);
  const longer = cells.map((cell) => ({
    ...cell,
    arithmetic: { ...cell.arithmetic, independent: 0.5, allDown: 0.5, staged: 0.5 },
  }));
  assert.match(
    gapSentences({ ...sweep, cells: longer }).join(' '),
    /1\.2 times as much\. Of that, .* is beyond the arithmetic: it is the time to notice/,
  );
});

test('a shared part explains of the measured loss only what was drawn of it', () => {
  const sweep = about(2);
  const words = (sharedFloor: number, stagedFloor: number, fault: string): string => {
    const cells = sweep.cells.map((cell) => ({
      ...cell,
      measurement: {
        ...cell.measurement,
        availability: { ...cell.measurement.availability, value: 0.9998, interval: [0.9997, 0.9999] as const },
        faultHits: [{ fault, occurrences: 3, hit: 3 }],
      },
      objectives: [],
      arithmetic: { ...nothing, sharedFloor, stagedFloor, sharedParts: ['egress/wan'] },
    }));
    return gapSentences({ ...sweep, cells }).join(' ');
  };
  const [crash, wan] = ['connector crash on connector/paris/1', 'shared egress down on egress/wan'];
  for (const floor of [2e-5, 1e-4, 2e-4, 3.1e-4]) {
    assert.match(
      words(floor, 0, crash),
      /; no replication drew a fault of the outbound path wan, so the measured loss does not show it\.$/,
    );
  }
  assert.match(words(3.1e-4, 0, wan), /; it was drawn less often than it comes in the long run\.$/);
  assert.match(words(3.1e-4, 3.1e-4, wan), /; less than that was lost\.$/);
  assert.match(
    words(2e-4, 0, wan),
    /; all of the measured loss comes from there, so more connectors buy almost nothing\.$/,
  );
  assert.match(words(1e-4, 0, wan), /; 50 % of the measured loss comes from there, and /);
});

test('the ceiling has the decimals of the figure it is compared with', () => {
  assert.match(gapSentences(about(2)).join(' '), /Measured: 99\.9\d\d? %.* under about 99\.9\d\d? % in the long run/);
});

test('where the objective counts time, losses of requests are those of requests, and figures of time say so', () => {
  const sweep = about(2);
  // 2 % of the time, 1 % of the requests
  const cells = sweep.cells.map((cell) => ({
    ...cell,
    perYear: false,
    measurement: {
      ...cell.measurement,
      method: 'every-request' as const,
      availability: { ...cell.measurement.availability, value: 0.99, interval: [0.985, 0.995] as const },
      timeAvailability: { ...cell.measurement.availability, value: 0.98, interval: [0.975, 0.985] as const },
    },
    objectives: cell.objectives.map((one) =>
      one.kind === 'availability'
        ? { ...one, name: 'availability by time', value: 0.98, interval: [0.975, 0.985] as const }
        : one,
    ),
  }));
  const byTime = { ...sweep, cells };
  assert.match(gapSentences(byTime).join(' '), /Measured: 99(\.0+)? %, a loss of 1(\.0+)? % of requests/);
  assert.is(gapOf(byTime, 0)?.measured.toFixed(6), '0.010000');
  assert.match(aftermathSentence(byTime), /^Under the same faults: with .*? 1(\.0+)? % of requests lost/);
  assert.not.match(aftermathSentence(byTime), / 2 % of requests/);
  assert.match(sweepLegend(byTime), /^percent of the time up/);
  const page = renderReport(byTime);
  assert.match(page, /Percent of the time up, and under it/);
  assert.match(page, /<th[^>]*>Time up %/);
  assert.not.match(page, /Served %/);
  assert.match(renderReport(sweep), /<th[^>]*>Served %/);
});

test('a part that only some applications need is not said to be shared by every request', () => {
  const sweep = about(2);
  const words = (sharedParts: string[], sharedBy: Record<string, string[]>): string => {
    const cells = sweep.cells.map((cell) => ({
      ...cell,
      arithmetic: { ...nothing, sharedFloor: 1e-4, sharedParts, sharedBy },
    }));
    return gapSentences({ ...sweep, cells }).join(' ');
  };
  const backend = { 'application/payroll': ['payroll'] };
  assert.match(
    words(['application/payroll'], backend),
    /A part that all requests of payroll share \(the backend of payroll\) keeps any/,
  );
  assert.match(
    words(['egress/wan', 'application/payroll'], backend),
    /Parts that all requests of an application share \(the outbound path wan and the backend of payroll\) keep any/,
  );
  assert.match(
    words(['site/paris', 'token-service'], { 'site/paris': ['payroll', 'wiki'] }),
    /of an application share \(paris as the only site of payroll and wiki and the token service\)/,
  );
  assert.match(words(['site/paris', 'token-service'], {}), /every request shares \(paris as the only site and the/);
});

test('shared parts in words: one, several of a kind, many, unknown', () => {
  assert.is(sharedPartWords([]), '');
  assert.is(sharedPartWords(['token-service']), 'the token service');
  assert.is(sharedPartWords(['site/paris', 'site/lyon']), 'the sites paris and lyon');
  assert.is(sharedPartWords(['service/1']), 'the only service instance');
  assert.is(sharedPartWords(['service/1', 'directory', 'service/2']), 'all service instances and the directory');
  assert.is(sharedPartWords(['application/shop']), 'the backend of shop');
  assert.is(sharedPartWords(['moon/base']), 'moon base');
  const many = ['egress/a', 'egress/b', 'egress/c', 'egress/d', 'site/x', 'directory', 'token-service', 'moon'];
  assert.is(
    sharedPartWords(many),
    'the outbound paths a, b, c and 1 more, x as the only site, the directory, the token service and 1 further part',
  );
});

test.run();
