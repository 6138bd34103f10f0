/** Steps of a time axis in seconds, small to large, that a reader can count in. */
const steps = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 432_000,
  864_000, 2_592_000, 7_776_000, 31_536_000,
] as const;

export interface TimeTick {
  readonly at: number;
  readonly label: string;
}

/** At most `most` (at least 2) ticks from 0 up to and including `end`, all in one unit: `12 s`, `5 min`, `2 h`, `day 10`. */
export function timeTicks(end: number, most: number): TimeTick[] {
  const step = steps.find((one) => end / one <= most - 1) ?? Math.ceil(end / Math.max(1, most - 1));
  const [unit, word] = step < 60 ? [1, 's'] : step < 3_600 ? [60, 'min'] : step < 86_400 ? [3_600, 'h'] : [86_400, 'd'];
  const ticks: TimeTick[] = [];
  for (let k = 0; k * step <= end && k <= most; k += 1) {
    ticks.push({ at: k * step, label: k === 0 ? '0' : `${(k * step) / unit} ${word}` });
  }
  return ticks;
}
