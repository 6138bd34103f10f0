import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { renderReport } from '../../../reports/page/report.ts';
import { renderTerminal } from '../../../reports/terminal/run.ts';
import { idleFaults } from '../../../reports/view/hit-words.ts';
import type { Verdict } from '../../../sim/judge/verdict.ts';
import type { RunResult } from '../../../sim/store/result.ts';
import { sampleLive, sampleSweep } from '../sample-result.ts';

const outage = 'token outage on token-service';

/** The sweep with the outage idle in the cells at these places. */
const idleAt = (verdicts: Readonly<Record<number, Verdict>>): RunResult => {
  const sweep = sampleSweep();
  const cells = sweep.cells.map((cell, at) => {
    const verdict = verdicts[at];
    if (verdict === undefined) return cell;
    return { ...cell, verdict, measurement: { ...cell.measurement, idleFaults: [outage] } };
  });
  return { ...sweep, cells };
};
const texts = (result: RunResult): string =>
  `${renderReport(result)} ${renderTerminal(result, { color: false, width: 200 })}`.replace(/\s+/g, ' ');

test('a fault that hit nothing takes nothing from a missed verdict', () => {
  const live = sampleLive();
  const measurement = { ...live.measurement, idleFaults: [outage] };
  const missed = { ...live, measurement, cells: live.cells.map((cell) => ({ ...cell, measurement })) };
  assert.is(missed.cells[0]?.verdict, 'missed');
  assert.equal(idleFaults(missed), { deciding: [], standing: [outage] });
  assert.match(texts(missed), /touched no request; the verdict is missed without them and stands\./);
  assert.match(texts(missed), /faults that hit nothing \(the verdict is missed without them and stands\)/);
  assert.not.match(texts(missed), /so the verdict|they make the verdict/);
});

test('of a sweep it is said of the configuration whose verdict it is', () => {
  const one = idleAt({ 0: 'inconclusive' });
  assert.equal(idleFaults(one).standing, []);
  assert.match(idleFaults(one).deciding.join(), /^token outage on token-service, with 1 site × 1 connector per site/);
  assert.match(texts(one), /so the verdict there is inconclusive\./);
  const two = idleAt({ 0: 'inconclusive', 1: 'missed', 2: 'missed' });
  assert.is(idleFaults(two).deciding.length, 1);
  assert.equal(idleFaults(two).standing, [`${outage}, in 2 of ${two.cells.length} configurations`]);
});

test.run();
