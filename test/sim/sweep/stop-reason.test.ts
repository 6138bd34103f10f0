import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sweepStopReason } from '../../../sim/sweep/stop-reason.ts';

test('a sweep is partial when any cell of it is, whatever the first one says', () => {
  assert.is(sweepStopReason(['decided', 'interrupted', 'budget']), 'interrupted');
  assert.is(sweepStopReason([]), 'interrupted');
});

test('nor is it decided while a cell only reached the limit', () => {
  assert.is(sweepStopReason(['decided', 'budget', 'precision']), 'budget');
  assert.is(sweepStopReason(['precision', 'decided']), 'precision');
  assert.is(sweepStopReason(['fixed', 'fixed']), 'fixed');
});

test.run();
