import { scaleLinear } from 'd3';
import { nines } from '../numbers.ts';

/** A vertical axis on which 90, 99 and 99.9 % are equally far apart; `top` is where a share without loss is drawn. */
export interface NinesAxis {
  /** Pixel of a share; values beyond the ends are clamped to them. */
  readonly y: (share: number) => number;
  /** True when the share lies above what the axis shows. */
  readonly beyond: (share: number) => boolean;
  readonly ticks: ReadonlyArray<{ readonly share: number; readonly label: string }>;
}

/** Powers of ten as a table: `**` is not equal on every engine. */
const losses = [1, 0.1, 0.01, 0.001, 0.0001, 0.00001, 0.000001, 0.0000001] as const;
const labels = ['0 %', '90 %', '99 %', '99.9 %', '99.99 %', '99.999 %', '99.9999 %', '99.99999 %'] as const;

/** `shares` must fit, each in [0, 1); the axis is at least one nine long. Pixels run from `bottom` up to `top`. */
export function ninesAxis(shares: readonly number[], bottom: number, top: number): NinesAxis {
  const finite = shares.filter((share) => share < 1).map((share) => Math.min(7, Math.max(0, nines(share))));
  const low = Math.min(...finite, 6);
  const high = Math.max(...finite, low + 0.8);
  const room = (high - low) * 0.08;
  const from = Math.max(0, low - room);
  const to = high + room;
  const scale = scaleLinear([from, to], [bottom, top]).clamp(true);
  const whole = [0, 1, 2, 3, 4, 5, 6, 7].filter((n) => n >= from && n <= to);
  const ticks = whole.map((n) => ({ share: 1 - (losses[n] as number), label: labels[n] as string }));
  return {
    y: (share) => scale(share >= 1 ? to : nines(share)),
    beyond: (share) => share >= 1 || nines(share) > to,
    ticks: ticks.length >= 2 ? ticks : [...ticks, ...between(from, to)],
  };
}

/** Between two nines: 95 %, 98 %, 99.5 % and so on, for axes too short for two whole ones. */
function between(from: number, to: number): Array<{ share: number; label: string }> {
  return [0, 1, 2, 3, 4, 5, 6].flatMap((n) =>
    [0.5, 0.2].flatMap((part) => {
      const share = 1 - (losses[n] as number) * part;
      const place = nines(share);
      return place >= from && place <= to ? [{ share, label: `${(share * 100).toFixed(Math.max(0, n - 1))} %` }] : [];
    }),
  );
}
