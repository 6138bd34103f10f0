import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { segmentsOf } from '../../../../sim/sweep/long-horizon/segments.ts';
import { type Change, type PartState, working } from '../../../../sim/sweep/long-horizon/trajectory.ts';

const crashed: PartState = { verbs: 'kill', out: true, capacity: 0 };
const change = (at: number, after: PartState): Change => ({
  at,
  part: 'connector/paris/1',
  before: after === working ? crashed : working,
  after,
  settles: 20,
});

/** Times in seconds: a lead of 5, availability windows of 10. */
const cut = (horizon: number, least: number, ...changes: readonly Change[]) =>
  segmentsOf(
    changes,
    horizon,
    () => 5,
    10,
    least,
    () => 0,
  ).map(({ kind, from, to }) => ({ kind, from, to }));

test('a change is in a window with its settling; the rest are stretches', () => {
  assert.equal(cut(1000, 0, change(300, crashed), change(600, working)), [
    { kind: 'stretch', from: 0, to: 290 },
    { kind: 'window', from: 290, to: 330 },
    { kind: 'stretch', from: 330, to: 590 },
    { kind: 'window', from: 590, to: 630 },
    { kind: 'stretch', from: 630, to: 1000 },
  ]);
});

test('a window at the end of the horizon covers as much as any other: it begins earlier', () => {
  assert.equal(cut(1000, 300, change(940, crashed)), [
    { kind: 'stretch', from: 0, to: 700 },
    { kind: 'window', from: 700, to: 1000 },
  ]);
  assert.equal(cut(1000, 0, change(980, crashed)).at(-1), { kind: 'window', from: 970, to: 1000 }, 'nothing is asked');
});

test('a change too late for a window of its own joins the window before it', () => {
  const both = cut(1000, 300, change(500, crashed), change(990, working));
  assert.equal(both, [
    { kind: 'stretch', from: 0, to: 490 },
    { kind: 'window', from: 490, to: 1000 },
  ]);
  assert.equal(cut(200, 300, change(100, crashed)), [{ kind: 'window', from: 0, to: 200 }], 'no longer than the run');
});

test.run();
