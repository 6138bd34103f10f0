/**
 * Every number a reader sees, in every format, is written here. The rule: no digit beyond what the sample can show. The
 * width of the interval decides the decimals; a value never rounds across the limit it is compared with, and never up
 * to 100 %. No locale, no clock: the same figures give the same characters everywhere.
 */

/** A figure with its spread; objectives and estimates both fit. */
export interface Sample {
  readonly value: number | null;
  readonly interval: readonly [number, number] | null;
  readonly n: number;
}

/** A sample in characters, all parts with the same decimals and the same unit. */
export interface Figure {
  readonly value: string;
  readonly low: string | null;
  readonly high: string | null;
  readonly unit: string;
}

const tens = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000] as const;
const maxDecimals = 6;
/** A figure without an interval (one replication) shows no more than this, unless the limit needs more to tell apart. */
const bareDecimals = 2;
/** Digits of what is lost, or of a span, that one replication may claim. */
const bareDigits = 2;

const ten = (exponent: number): number => tens[Math.min(exponent, tens.length - 1)] as number;

/** -log10(1 - share): 2 for 99 %, 3 for 99.9 %; Infinity when nothing was lost. */
export function nines(share: number): number {
  return share >= 1 ? Number.POSITIVE_INFINITY : -Math.log10(1 - share);
}

/** Smallest d in 0..6 with 10^-d ≤ half of the half-width: the interval keeps one or two digits of meaning. */
export function decimalsFor(halfWidth: number): number {
  if (!(halfWidth > 0)) return bareDecimals;
  for (let d = 0; d < maxDecimals; d += 1) if (1 / ten(d) <= (halfWidth / 2) * 1.000001) return d;
  return maxDecimals;
}

/** Outward rounding: the printed interval always contains the true one. The tolerance forgives binary fractions. */
export const floorTo = (x: number, d: number): number => Math.floor(x * ten(d) + 1e-6) / ten(d);
export const ceilTo = (x: number, d: number): number => Math.ceil(x * ten(d) - 1e-6) / ten(d);
export const roundTo = (x: number, d: number): number => Math.round(x * ten(d)) / ten(d);

/** The limit, unless the interval contains it: then the sample cannot tell the sides apart, and no digit should. */
function provenLimit(sample: Sample, limit: number | null): number | null {
  if (limit === null || sample.interval === null) return limit;
  return sample.interval[0] < limit && limit < sample.interval[1] ? null : limit;
}

/** Same side of the limit printed as measured. */
export function sideKept(x: number, printed: number, limit: number | null): boolean {
  return limit === null || x === limit || (x < limit ? printed < limit : printed > limit);
}

/**
 * A share in [0, 1] as percent, e.g. `99.62`, `99.58`, `99.66`, unit `%`. Null when there is nothing to print.
 * `limit` is the objective's share, or null.
 */
export function shareFigure(sample: Sample, limit: number | null): Figure | null {
  if (sample.value === null) return null;
  const value = sample.value * 100;
  const span = sample.interval;
  const proven = provenLimit(sample, limit);
  const bound = proven === null ? null : proven * 100;
  let d =
    span === null
      ? Math.min(bareDecimals, lossDecimals(1 - sample.value, bareDigits))
      : decimalsFor(((span[1] - span[0]) / 2) * 100);
  // However narrow the interval is, three digits of the loss tell configurations apart; more are for result.json.
  if (span !== null) d = Math.min(d, lossDecimals(1 - sample.value, 3));
  // An upper end below 100 % may cost one more digit, not a row of nines.
  if (span !== null && span[1] < 1 && ceilTo(span[1] * 100, d) >= 100 && ceilTo(span[1] * 100, d + 1) < 100) d += 1;
  const told = (): boolean =>
    (value === 100 || roundTo(value, d) < 100) &&
    (value === 0 || roundTo(value, d) > 0) &&
    sideKept(value, roundTo(value, d), bound) &&
    (span === null || (sideKept(span[0] * 100, floorTo(span[0] * 100, d), bound) && highKept(span[1] * 100)));
  const highKept = (high: number): boolean => sideKept(high, ceilTo(high, d), bound);
  while (d < maxDecimals && !told()) d += 1;
  return {
    value: value === 100 ? '100' : Math.min(roundTo(value, d), floorTo(100 - 1 / ten(d), d)).toFixed(d),
    low: span === null ? null : floorTo(span[0] * 100, d).toFixed(d),
    high: span === null ? null : ceilTo(span[1] * 100, d).toFixed(d),
    unit: '%',
  };
}

/** Decimals of a percentage that show this many digits (2 or 3) of what is lost; 6 when that is nothing. */
function lossDecimals(lost: number, digits: 2 | 3): number {
  const least = digits === 3 ? 99.5 : 9.95;
  for (let d = 0; d < maxDecimals; d += 1) if (lost * 100 * ten(d) >= least) return d;
  return maxDecimals;
}

/** A stated share (an objective's limit): exactly as many decimals as it was given, at most six. `99.9 %`. */
export function statedShare(share: number): string {
  return `${trimZeros((share * 100).toFixed(maxDecimals))} %`;
}

/**
 * What is left when `lost` is lost, a computed share that carries no sampling error (arithmetic): two digits of its
 * distance to 100 %, at most six nines. Only a loss of exactly nothing is 100 %.
 */
export function computedShare(lost: number): string {
  if (lost <= 0) return '100 %';
  if (lost < 0.000001) return 'over 99.9999 %';
  let d = 0;
  while (d < 6 && lost * 100 * ten(d) < 9.95) d += 1;
  return `${((1 - lost) * 100).toFixed(d)} %`;
}

/** A part of a whole for tables: `42 %`, `3.1 %`, `<0.1 %`; `>99 %` for nearly all of it. */
export function portion(share: number): string {
  if (share > 0 && share < 0.001) return '<0.1 %';
  if (share < 1 && share >= 0.995) return '>99 %';
  return `${share < 0.0995 && share > 0 ? (share * 100).toFixed(1) : (share * 100).toFixed(0)} %`;
}

/** Microseconds per unit, from small to large, with the value below which the unit is used. */
const timeUnits = [
  { unit: 'µs', size: 1, below: 1_000 },
  { unit: 'ms', size: 1_000, below: 1_000_000 },
  { unit: 's', size: 1_000_000, below: 120_000_000 },
  { unit: 'min', size: 60_000_000, below: 7_200_000_000 },
  { unit: 'h', size: 3_600_000_000, below: 172_800_000_000 },
  { unit: 'd', size: 86_400_000_000, below: Number.POSITIVE_INFINITY },
] as const;

const unitOf = (micros: number) => timeUnits.find((u) => Math.abs(micros) < u.below) ?? timeUnits[5];

/** Decimals that leave `digits` significant ones: 612 -> 0, 61.2 -> 1, 6.12 -> 2 with three digits. */
function significant(x: number, digits: number): number {
  const size = Math.abs(x);
  let whole = 1;
  while (whole < 9 && size >= ten(whole)) whole += 1;
  return Math.max(0, digits - whole);
}

/** A span in microseconds with its interval, in the unit that suits the value. Null when there is nothing to print. */
export function durationFigure(sample: Sample, limit: number | null): Figure | null {
  if (sample.value === null) return null;
  const { unit, size } = unitOf(sample.value);
  const value = sample.value / size;
  const span = sample.interval;
  const proven = provenLimit(sample, limit);
  const bound = proven === null ? null : proven / size;
  let d =
    span === null
      ? significant(value, bareDigits)
      : Math.min(decimalsFor((span[1] - span[0]) / 2 / size), significant(value, 4), 3);
  while (d < 3 && !sideKept(value, roundTo(value, d), bound)) d += 1;
  return {
    value: roundTo(value, d).toFixed(d),
    low: span === null ? null : floorTo(span[0] / size, d).toFixed(d),
    high: span === null ? null : ceilTo(span[1] / size, d).toFixed(d),
    unit,
  };
}

/** A stated span in microseconds, shortest exact form: `800 ms`, `90 s`, `1 h`, `30 d`. */
export function duration(micros: number): string {
  const whole = timeUnits.findLast((u) => micros >= u.size && micros % u.size === 0 && micros / u.size < 1_000);
  const { unit, size } = whole ?? unitOf(micros);
  return `${trimZeros((micros / size).toFixed(3))} ${unit}`;
}

/** Seconds from a start as a position on a time line: `90 s`, `0:45:00`, `11 d 10:41`. */
export function moment(seconds: number): string {
  if (seconds < 120) return `${trimZeros(seconds.toFixed(1))} s`;
  const minute = Math.floor(seconds / 60);
  if (seconds < 86_400) return `${Math.floor(minute / 60)}:${pad2(minute % 60)}:${pad2(Math.floor(seconds) % 60)}`;
  return `${Math.floor(seconds / 86_400)} d ${pad2(Math.floor(minute / 60) % 24)}:${pad2(minute % 60)}`;
}

/** Julian year in microseconds. */
const yearMicros = 31_557_600_000_000;

type Rounding = (x: number, d: number) => number;

/** A share of time lost, as time lost in a year, two significant digits: `33 h`, `5.3 h`, `21 min`. */
export function downtimePerYear(lostShare: number, rounding: Rounding = roundTo): string {
  const micros = lostShare * yearMicros;
  if (micros <= 0) return 'none';
  if (micros < 1_000_000) return 'under 1 s';
  const { unit, size } = timeUnits.findLast((u) => micros >= u.size * (u.unit === 'd' ? 2 : 1)) ?? timeUnits[0];
  const x = micros / size;
  const d = significant(x, 2);
  return `${rounding(x, d).toFixed(d)} ${unit}`;
}

/** Two yearly losses in one unit, that of the smaller, where it reads well for both: `12 h to 50 h`, `1.7 s to 4.0 min`. `low` ≤ `high`. */
export function downtimeRange(low: number, high: number): string {
  const least = downtimePerYear(low);
  const [, unit = ''] = least.split(' ');
  const { size } = timeUnits.find((u) => u.unit === unit) ?? timeUnits[5];
  const x = (high * yearMicros) / size;
  const most = /^\d/.test(least) && x < 100 ? `${x.toFixed(significant(x, 2))} ${unit}` : downtimePerYear(high);
  if (most === least) return least.startsWith('under') ? least : `about ${least}`;
  return least.startsWith('under') ? `at most ${most}` : `${least} to ${most}`;
}

/** A lost share of requests, two significant digits: `0.21 %`. */
export function lostShare(share: number, rounding: Rounding = roundTo): string {
  if (share <= 0) return 'none';
  if (share < 0.000001) return 'under 0.0001 %';
  let d = 0;
  while (d < 5 && share * 100 * ten(d) < 9.95) d += 1;
  return `${rounding(share * 100, d).toFixed(d)} %`;
}

/** A count; combined from episodes it may be fractional, and large ones keep three digits: `12,345`, `467 million`. */
export function count(n: number): string {
  if (n >= 999_500_000) return `${(n / 1_000_000_000).toFixed(significant(n / 1_000_000_000, 3))} billion`;
  if (n >= 999_500) return `${(n / 1_000_000).toFixed(significant(n / 1_000_000, 3))} million`;
  if (Number.isInteger(n)) return grouped(n.toFixed(0));
  if (n >= 100) return grouped(n.toFixed(0));
  return trimZeros(n.toFixed(significant(n, 3)));
}

/** A mean of counts (per replication): whole from 10 on, else one decimal: `7,335`, `2.5`, `<0.1`. */
export function meanCount(mean: number): string {
  if (mean >= 9.95) return count(Math.round(mean));
  if (mean > 0 && mean < 0.05) return '<0.1';
  return trimZeros(mean.toFixed(1));
}

/** `value (low … high) unit`; without an interval just `value unit`. */
export function withInterval(figure: Figure): string {
  const span = figure.low === null ? '' : ` (${figure.low} … ${figure.high})`;
  return `${figure.value} ${figure.unit}${span}`;
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function pad2(n: number): string {
  return n < 10 ? `0${n}` : `${n}`;
}
