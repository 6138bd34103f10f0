import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { HoldfastError } from '../../proxy/host/errors.ts';
import type { AgainstBaseline } from '../../reports/ci/gate-entry.ts';
import { compareWithBaseline, type JudgedRun } from '../judge/baseline.ts';
import { scenarioDigest } from '../plan/digest.ts';
import { resultSchema } from '../store/result-schema.ts';
import { cannotWrite, type OutputFile } from './output-file.ts';

/** Version of the file's own form; `schemaVersion` in each result is that of results. */
const baselineVersion = 2;

/** A stored baseline: runs by scenario file, whose paths count from the folder of the baseline. */
export interface Baseline {
  readonly file: string;
  readonly runs: Readonly<Record<string, JudgedRun>>;
}

/**
 * Reads a stored baseline.
 * @throws HoldfastError ERR_BASELINE when it is missing, no JSON, of another version, or not as it was written
 */
export async function readBaseline(file: string): Promise<Baseline> {
  try {
    const parsed = JSON.parse(await readFile(file, 'utf8')) as {
      readonly baselineVersion?: unknown;
      readonly runs?: Readonly<Record<string, JudgedRun>>;
    } | null;
    if (parsed?.baselineVersion !== baselineVersion || typeof parsed.runs !== 'object' || parsed.runs === null) {
      throw new Error(`it is not a baseline of this version (${baselineVersion})`);
    }
    for (const [scenario, run] of Object.entries(parsed.runs)) assertWhole(scenario, run);
    return { file, runs: parsed.runs };
  } catch (error) {
    throw new HoldfastError('ERR_BASELINE', `${file} cannot be used: ${String((error as Error).message)}`, {
      facts: { file },
      hint: 'make one with --update-baseline',
      cause: error,
    });
  }
}

/** A comparison with numbers of another format, or with a scenario that these are not of, would mislead. */
function assertWhole(name: string, run: JudgedRun | null): void {
  const read = resultSchema.safeParse(run?.result);
  const [issue] = read.error?.issues ?? [];
  if (issue !== undefined) throw new Error(`${name}: ${issue.path.join('.') || 'result'} ${issue.message}`);
  if (run === null || scenarioDigest(run.scenario) !== run.result.scenario.digest) {
    throw new Error(`${name}: the scenario is not the one of the result`);
  }
}

/** Where a new baseline goes. */
export const baselineOutput = (file: string): OutputFile => ({
  what: 'the baseline',
  file,
  hint: 'name another file with --baseline',
  makesFolder: true,
});

/**
 * Writes the runs of a gate, whole or not at all, and without their drawings. `runs` by scenario file.
 * @throws HoldfastError ERR_FILE_OUT
 */
export async function writeBaseline(file: string, runs: ReadonlyMap<string, JudgedRun>): Promise<void> {
  const stored = [...runs].map(([scenario, run]) => {
    const { scenario: form, result } = run;
    return [key(file, scenario), { scenario: form, result: { ...result, timeline: null, contrast: null } }] as const;
  });
  const partial = `${file}.partial`;
  try {
    await writeFile(partial, `${JSON.stringify({ baselineVersion, runs: Object.fromEntries(stored) })}\n`);
    await rename(partial, file);
  } catch (error) {
    throw cannotWrite(baselineOutput(file), error);
  }
}

/** One run against the stored one of the same scenario file. */
export function againstBaseline(baseline: Baseline, scenario: string, run: JudgedRun): AgainstBaseline {
  const against = path.basename(baseline.file);
  const old = baseline.runs[key(baseline.file, scenario)];
  if (old !== undefined) return { against, comparison: compareWithBaseline(old, run) };
  return { against, comparison: { comparable: false, isNew: true, reasons: ['this scenario is not in it'] } };
}

/** Scenarios of the baseline that are not among `files`: deleted, renamed, or not named this time. */
export function missingFrom(baseline: Baseline, files: readonly string[]): readonly string[] {
  const here = new Set(files.map((file) => key(baseline.file, file)));
  return Object.keys(baseline.runs).filter((name) => !here.has(name));
}

/** The same on every system and in every working folder: from the folder of the baseline. */
const key = (baseline: string, scenario: string): string =>
  path
    .relative(path.dirname(path.resolve(baseline)), path.resolve(scenario))
    .split(path.sep)
    .join('/');
