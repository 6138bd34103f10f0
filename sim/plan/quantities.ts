import type { Micros, Ratio } from '../../proxy/host/units.ts';

/**
 * Quantities as people write them: durations (`45m`, `1h30m`, `250ms`), shares (`99.9%`) and rates of bytes
 * (`10Mbit/s`, `250kB/s`). Bare numbers are counts, so a number without a unit is refused here.
 */

const spans: ReadonlyArray<readonly [unit: string, micros: number]> = [
  ['d', 86_400_000_000],
  ['h', 3_600_000_000],
  ['m', 60_000_000],
  ['s', 1_000_000],
  ['ms', 1_000],
  ['us', 1],
];
const spanOf = new Map(spans);
const spanText = String.raw`\d+(?:\.\d+)?(?:us|ms|s|m|h|d)`;
/** The form of a duration; JSON Schema carries it as a pattern. */
export const durationText = new RegExp(`^(?:${spanText})+$`);

/** Microseconds of `45m`, `1h30m`, `1.5s`; undefined when the text is no duration or beyond 2^53 µs (285 years). */
export function parseDuration(text: string): Micros | undefined {
  if (!durationText.test(text)) return undefined;
  let total = 0;
  for (const [, digits, unit] of text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h|d)/g)) {
    total += Number(digits) * (spanOf.get(unit ?? '') ?? 0);
  }
  const whole = Math.round(total);
  return Number.isSafeInteger(whole) ? (whole as Micros) : undefined;
}

/** The shortest exact text of a span ≥ 0: `45m`, `1h30m`, `3ms412us`; `parseDuration` gives the same span back. */
export function formatDuration(span: Micros | number): string {
  let rest = span;
  let text = '';
  for (const [unit, size] of spans) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text === '' ? '0s' : text;
}

/** Moves the decimal point of a number's shortest text, so that 99.9 % is 0.999 and not 0.9990000000000001. */
function shiftPoint(text: string, places: number): number {
  const [digits, exponent] = text.toLowerCase().split('e');
  return Number(`${digits}e${Number(exponent ?? 0) + places}`);
}

/** The share of `99.9%`, in [0, 1]; undefined when the text is no percentage or above 100 %. */
export function parseShare(text: string): Ratio | undefined {
  const digits = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
  if (digits === undefined) return undefined;
  const share = shiftPoint(digits, -2);
  return share <= 1 ? (share as Ratio) : undefined;
}

/** `0.999` as `99.9%`; `parseShare` gives the same share back. */
export function formatShare(share: number): string {
  const percent = shiftPoint(String(share), 2);
  // Below 1e-6 a number prints with an exponent, which the notation above does not know.
  return `${percent < 1e-6 ? percent.toFixed(20).replace(/0+$/, '').replace(/\.$/, '') : percent}%`;
}

const rates: ReadonlyArray<readonly [unit: string, bytesPerSecond: number]> = [
  ['Mbit/s', 125_000],
  ['kbit/s', 125],
  ['MB/s', 1_000_000],
  ['kB/s', 1_000],
  ['B/s', 1],
];
const rateOf = new Map(rates);
/** The form of a rate of bytes. */
export const byteRateText = /^(\d+(?:\.\d+)?)(Mbit|kbit|MB|kB|B)\/s$/;

/** Bytes per second of `10Mbit/s`, `250kB/s`; decimal units, whole bytes, at least 1; undefined otherwise. */
export function parseByteRate(text: string): number | undefined {
  const match = byteRateText.exec(text);
  if (match === null) return undefined;
  const rate = Math.round(Number(match[1]) * (rateOf.get(`${match[2]}/s`) ?? 0));
  return rate >= 1 && Number.isSafeInteger(rate) ? rate : undefined;
}

/** The shortest exact text of a rate. */
export function formatByteRate(bytesPerSecond: number): string {
  const [unit, size] = rates.find(([, each]) => bytesPerSecond % each === 0) ?? ['B/s', 1];
  return `${bytesPerSecond / size}${unit}`;
}
