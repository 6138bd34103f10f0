import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { HoldfastError } from '../../proxy/host/errors.ts';
import type { AgainstBaseline } from '../../reports/ci/gate-entry.ts';
import { compareWithBaseline } from '../judge/baseline.ts';
import type { RunResult } from '../store/result.ts';

/** Results by scenario file, as `--update-baseline` stores them. */
export interface Baseline {
  readonly baselineVersion: 1;
  readonly results: Readonly<Record<string, RunResult>>;
}

/**
 * Reads a stored baseline.
 * @throws HoldfastError ERR_BASELINE when it is missing, no JSON, or of another version
 */
export async function readBaseline(file: string): Promise<Baseline> {
  try {
    const parsed = JSON.parse(await readFile(file, 'utf8')) as Partial<Baseline> | null;
    if (parsed?.baselineVersion === 1 && typeof parsed.results === 'object') return parsed as Baseline;
    throw new Error('it is not a baseline of this version');
  } catch (error) {
    throw new HoldfastError('ERR_BASELINE', `${file} cannot be used: ${String((error as Error).message)}`, {
      facts: { file },
      hint: 'make one with --update-baseline',
      cause: error,
    });
  }
}

/** Writes the results of a gate, whole or not at all. `results` by scenario file. */
export async function writeBaseline(file: string, results: ReadonlyMap<string, RunResult>): Promise<void> {
  const stored = [...results].map(([scenario, result]) => [key(scenario), { ...result, timeline: null }] as const);
  const text: Baseline = { baselineVersion: 1, results: Object.fromEntries(stored) };
  const partial = `${file}.partial`;
  try {
    await mkdir(path.dirname(path.resolve(file)), { recursive: true });
    await writeFile(partial, `${JSON.stringify(text)}\n`);
    await rename(partial, file);
  } catch (error) {
    throw new HoldfastError('ERR_FILE_OUT', `the baseline cannot be written: ${String((error as Error).message)}`, {
      facts: { file },
      hint: 'name another file with --baseline',
      cause: error,
    });
  }
}

/** One result against the stored one of the same scenario file. `against` is the name the baseline goes by. */
export function againstBaseline(
  baseline: Baseline,
  against: string,
  scenario: string,
  result: RunResult,
): AgainstBaseline {
  const old = baseline.results[key(scenario)];
  if (old !== undefined) return { against, comparison: compareWithBaseline(old, result) };
  const reasons = ['the baseline has no result of this scenario'];
  return { against, comparison: { comparable: false, reasons } };
}

/** The same on every system, however the path was written. */
const key = (file: string): string => path.relative('', file).split(path.sep).join('/');
