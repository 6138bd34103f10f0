import { z } from 'zod';
import type { Micros, Ratio } from '../../proxy/host/units.ts';
import { byteRateText, durationText, parseByteRate, parseDuration, parseShare } from '../plan/quantities.ts';

/** Quantities with units as zod schemas: text in, number out. Shared by the faults and the scenario schema. */

/** The longest that microseconds count exactly, in round numbers: a mean time between failures may be generations. */
const longest = '100000d';

/**
 * zod: a duration; output Micros. `least` and `most` (default 100000d) are the bounds, both inclusive, e.g. `1ms`.
 */
export function duration(least = '0s', most = longest): z.ZodType<Micros, string> {
  const floor = parseDuration(least) ?? 0;
  const ceiling = parseDuration(most) ?? 0;
  const within = (text: string, holds: (span: number) => boolean): boolean =>
    !durationText.test(text) || holds(parseDuration(text) ?? Number.POSITIVE_INFINITY);
  return z
    .string({ error: 'must be a duration with its unit, for example 45m, 1h30m or 250ms' })
    .regex(durationText, 'must be a duration with its unit, for example 45m, 1h30m or 250ms')
    .refine((text) => within(text, (span) => span >= floor), `must be at least ${least}`)
    .refine((text) => within(text, (span) => span <= ceiling), `must be at most ${most}`)
    .transform((text) => parseDuration(text) ?? (0 as Micros));
}

/** zod: a share; output Ratio in [0, 1]. */
export function share(): z.ZodType<Ratio, string> {
  const message = 'must be a share in percent between 0% and 100%, for example 99.9%';
  return z
    .string({ error: message })
    .regex(/^\d+(?:\.\d+)?%$/, message)
    .refine((text) => !text.endsWith('%') || Number(text.slice(0, -1)) <= 100, message)
    .transform((text) => parseShare(text) ?? (0 as Ratio));
}

/** zod: a rate of bytes; output bytes per second, at least 1. */
export function byteRate(): z.ZodType<number, string> {
  const message = 'must be a rate with its unit, for example 10Mbit/s or 250kB/s';
  return z
    .string({ error: message })
    .regex(byteRateText, message)
    .refine((text) => !byteRateText.test(text) || parseByteRate(text) !== undefined, 'must be at least 1B/s')
    .transform((text) => parseByteRate(text) ?? 1);
}
