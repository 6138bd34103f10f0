import { HoldfastError } from '../../proxy/host/errors.ts';

/** A usage error: exit code 2. */
export function usage(message: string, hint: string): HoldfastError {
  return new HoldfastError('ERR_USAGE', message, { hint });
}

/**
 * The one of `choices` that the user wrote.
 * @throws HoldfastError ERR_USAGE with all of them
 */
export function oneOf<T extends string>(option: string, text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw usage(`${option} cannot be ${text}`, `one of ${choices.join(', ')}`);
  return found;
}

/**
 * Worker threads, 1 to 256; undefined: as many as there are cores.
 * @throws HoldfastError ERR_USAGE
 */
export function workersOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const workers = Number(text);
  if (Number.isInteger(workers) && workers >= 1 && workers <= 256) return workers;
  throw usage(`--workers ${text} is no number of workers`, 'a whole number from 1 to 256');
}

/**
 * URL of a Toxiproxy's API, without a slash at its end.
 * @throws HoldfastError ERR_USAGE when it is none, or when the engine has no use for it
 */
export function toxiproxyOf(text: string | undefined, engine: 'virtual' | 'live'): string | undefined {
  if (text === undefined) return undefined;
  if (engine !== 'live') throw usage('--toxiproxy is of no use in virtual time', 'add --engine live, or leave it out');
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '');
  throw usage(`--toxiproxy ${text} is no URL`, 'for instance --toxiproxy http://localhost:8474');
}
