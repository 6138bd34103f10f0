import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { emptyTally } from '../../../../sim/measure/tally.ts';
import type { JobResult } from '../../../../sim/sweep/job.ts';
import { type CoursePiece, courseOf } from '../../../../sim/sweep/long-horizon/course.ts';
import type { WindowType } from '../../../../sim/sweep/long-horizon/window-types.ts';

/** A kind of window with these samples, as far as a course reads it. */
function kind(isShared: boolean, ...samples: ReadonlyArray<readonly [requests: number, failed: number]>): WindowType {
  const results = samples.map(
    ([requests, failed]): JobResult => ({ eventHash: '', tally: { ...emptyTally, requests, failed } }),
  );
  return { isShared, results } as Partial<WindowType> as WindowType;
}

const window = (from: number, to: number, type: WindowType): CoursePiece => ({
  segment: { kind: 'window', from: from * 1e6, to: to * 1e6, before: new Map(), changes: [], clipped: false },
  type,
});

const stretch = (from: number, to: number, type: WindowType, broken: boolean): CoursePiece => ({
  segment: {
    kind: 'stretch',
    from: from * 1e6,
    to: to * 1e6,
    state: new Map(broken ? [['connector/a/1', { verbs: 'kill', out: true, capacity: 0 }]] : []),
  },
  type,
});

test('a shared kind gives its mean share of the requests that fit the piece', () => {
  const calm = kind(true, [100, 0], [100, 1]);
  const down = kind(true, [100, 50], [300, 250]);
  const course = courseOf([stretch(0, 100, calm, false), stretch(100, 110, down, true)], 10);
  assert.equal(course[0], { from: 0, to: 100e6, requests: 1000, lost: 5, asPlanned: true });
  assert.equal(course[1], { from: 100e6, to: 110e6, requests: 100, lost: 75, asPlanned: false });
});

test('where every occurrence has its own sample, each gets its own', () => {
  const crash = kind(false, [100, 10], [100, 30]);
  const course = courseOf([window(0, 10, crash), window(50, 60, crash)], 10);
  assert.equal(
    course.map(({ lost }) => lost),
    [10, 30],
  );
});

test('nothing simulated, nothing lost', () => {
  assert.is(courseOf([window(0, 10, kind(true))], 10)[0]?.lost, 0);
});

test.run();
