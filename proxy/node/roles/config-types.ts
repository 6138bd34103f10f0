import { z } from 'zod';
import { type Micros, micros } from '../../host/units.ts';

const unitMicros: Readonly<Record<string, number>> = {
  us: 1,
  ms: 1000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
};

/** A span in a configuration: text with a unit (`85s`, `1.5h`) or a whole number of microseconds, never negative. */
export const span = z
  .union([z.int().min(0), z.string()])
  .transform((given, context): Micros => {
    if (typeof given === 'number') return micros(given);
    const match = /^([0-9]+(?:\.[0-9]+)?) ?(us|ms|s|m|h|d)$/.exec(given);
    if (match === null) {
      context.addIssue({
        code: 'custom',
        message: 'not a span: write a number with us, ms, s, m, h or d, such as 85s',
      });
      return z.NEVER;
    }
    return micros(Number(match[1]) * (unitMicros[match[2] as string] ?? 0));
  })
  .meta({ format: 'span' });

/** A span as a configuration has it, in the largest unit that leaves a whole number. */
export function spanText(given: Micros): string {
  const fitting = Object.entries(unitMicros).filter(([, one]) => given > 0 && given % one === 0);
  const [unit, one] = fitting.at(-1) ?? ['s', 1_000_000];
  return `${given / one}${unit}`;
}

/** Of a connector, and of what a service must reckon with. */
export const redialDefaults = { base: micros(1_000_000), cap: micros(30_000_000) };

export const port = z.int().min(0).max(65_535);

export const address = z
  .string()
  .regex(/^(\[[0-9a-fA-F:.]+\]|[^:[\]\s]+):[0-9]{1,5}$/, 'not an address: write host:port, an IPv6 host in brackets');

/** PEM text, or the path of a file with it (relative to the configuration file). */
export const pem = z.string().min(1);

/** What every role takes. */
export const commonFields = {
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error'])
    .default('info')
    .describe('Least severe lines of the log, which is JSON on standard error.'),
  seed: z.union([z.string(), z.number()]).optional().describe('Seed of the role’s chance; default unguessable.'),
  storeFile: z
    .string()
    .optional()
    .describe(
      'File that outlives the process; default memory. A connector keeps its count of starts there; a service its signed-out sessions, which instances do not share: to the others, and after a restart without this file, a signed-out cookie is good to its end.',
    ),
  drainWithin: span
    .default(micros(30_000_000))
    .describe('Running work, WebSockets too, may end this long after SIGTERM; then it is cut.'),
};
