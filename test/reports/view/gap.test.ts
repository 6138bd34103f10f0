import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { renderReport } from '../../../reports/page/report.ts';
import { renderTerminal } from '../../../reports/terminal/run.ts';
import { gapSentences } from '../../../reports/view/gap.ts';
import { sharedPartWords } from '../../../reports/view/shared-part-words.ts';
import { smallPlan } from '../../sim/plan/small-plan.ts';
import { sampleSweep } from '../sample-result.ts';

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
    arithmetic: { independent: 1e-5, sharedFloor: 0, sharedParts: [] },
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
    arithmetic: { independent: 1e-5, sharedFloor: 0, sharedParts: [] },
  }));
  const words = gapSentences({ ...sweep, cells }).join(' ');
  assert.match(
    words,
    /was not drawn: it adds about 5\.3 min a year in the long run\. All of the [\d.]+ h a year measured is/,
  );
  assert.not.match(words, /times as much|Of that/);
});

test('the ceiling has the decimals of the figure it is compared with', () => {
  assert.match(gapSentences(about(2)).join(' '), /Measured: 99\.9\d\d? %.* under about 99\.9\d\d? % in the long run/);
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
