import type { Micros } from '../../proxy/host/units.ts';
import { formatDuration } from '../plan/quantities.ts';

const numerals = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** `two connectors`, `one site`, `24 configurations`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${numerals[count] ?? String(count)} ${count === 1 ? noun : plural}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
}

const longUnits: ReadonlyArray<readonly [micros: number, noun: string]> = [
  [86_400_000_000, 'day'],
  [3_600_000_000, 'hour'],
  [60_000_000, 'minute'],
  [1_000_000, 'second'],
];

/** `45 minutes`, `2 hours`; what is no small whole number of one unit stays short: `6h30m`, `250ms`. */
export function spoken(span: Micros | number): string {
  for (const [size, noun] of longUnits) {
    const count = span / size;
    // 90 minutes read better than one and a half hours; 36 hours better than one and a half days.
    if (count >= 1 && count < 120 && Number.isInteger(count)) return `${count} ${noun}${count === 1 ? '' : 's'}`;
  }
  return formatDuration(span);
}

/** First letter large, a full stop at the end. */
export function sentence(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(whole) ? whole : `${whole}.`;
}
