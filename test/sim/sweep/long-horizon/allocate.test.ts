import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { emptyTally } from '../../../../sim/measure/tally.ts';
import { allocateSamples, demandSamples, pursueRareLosses } from '../../../../sim/sweep/long-horizon/allocate.ts';
import type { WindowType } from '../../../../sim/sweep/long-horizon/window-types.ts';

/** A shared stretch with these losses in samples of 100 requests, as far as allocation reads it. */
function stretch(...losses: number[]): WindowType {
  const type = {
    isShared: true,
    isStretch: true,
    distinct: 0,
    enough: 8,
    wanted: losses.length,
    requestsPerSample: 100,
    results: losses.map((failed) => ({ eventHash: '', tally: { ...emptyTally, requests: 100, failed } })),
    want: (samples: number) => {
      type.wanted = Math.max(type.wanted, samples);
    },
  };
  return type as Partial<WindowType> as WindowType;
}

test('samples go where weight and spread are, at most doubled at a time and never beyond the most', () => {
  const wild = stretch(0, 40, 0, 40);
  const even = stretch(10, 10, 10, 10);
  const inventory = new Map([
    [wild, 10],
    [even, 10],
  ]);
  allocateSamples([inventory], 0.15, 1e-6, 1000);
  assert.is(wild.wanted, 8);
  assert.is(even.wanted, 4);
  allocateSamples([inventory], 0.15, 1e-6, 6);
  assert.is(stretch(1, 2).wanted, 2);
});

test('the target decides how many: variance of the mean at most what was asked for', () => {
  const type = stretch(...Array.from({ length: 40 }, (_, i) => (i % 2) * 20));
  // share of the whole 1, variance (per request) 10²·40/39 / 100²; samples needed variance / target
  allocateSamples([new Map([[type, 10]])], 0.1, 0.01026 / 50, 1000);
  assert.ok(type.wanted >= 49 && type.wanted <= 52, `${type.wanted}`);
});

test('what can matter gets the windows that the rule of three asks for, and no fewer samples than the pilot', () => {
  const limits = { pilot: 8, least: 30 };
  const asked = (windowsPerSample: number, weight: number, halfWidth: number): number => {
    const type = { ...stretch(0), length: 10e6, windowsPerSample, enough: 0 } as WindowType;
    const rest = { ...stretch(0), length: 10e6, windowsPerSample: 1, enough: 0 } as WindowType;
    const inventory = new Map([
      [type, weight],
      [rest, 1000 - weight],
    ]);
    demandSamples([inventory], halfWidth, limits);
    return type.enough;
  };
  assert.is(asked(1, 10, 0.0001), 30, 'three hundred by the rule');
  assert.is(asked(1, 10, 0.003), 10);
  assert.is(asked(1, 10, 0.1), 8, 'the pilot');
  assert.is(asked(3, 10, 0.0001), 10, 'three windows a sample');
  assert.is(asked(24, 10, 0.0001), 8, 'the pilot in any case');
  assert.is(asked(2, 10, 0), 15, 'no width yet: the least');
});

const rare = (type: number, samples: number) => ({
  type,
  share: 1 / 100,
  samples,
  lossy: 0,
  mean: 0,
  lossyMean: Number.NaN,
  cluster: 2,
});

test('a type in which a loss may hide gets samples until what may hide is little enough, within bounds', () => {
  const zeros = Array.from({ length: 10 }, () => 0);
  const hidden = -Math.log(0.005) * 0.02;
  const type = stretch(...zeros);
  pursueRareLosses([type], [rare(0, 10)], hidden / 10, 0.005, 1e6);
  assert.is(type.wanted, 10, 'little enough');
  pursueRareLosses([type], [rare(0, 10)], hidden / 14.5, 0.005, 1e6);
  assert.is(type.wanted, 15);
  pursueRareLosses([type], [rare(0, 10)], hidden / 1000, 0.005, 1e6);
  assert.is(type.wanted, 20, 'doubled at most');
  const capped = stretch(...zeros);
  pursueRareLosses([capped], [rare(0, 10)], hidden / 1000, 0.005, 1200);
  assert.is(capped.wanted, 12, 'requests of one type are bounded');
});

test.run();
