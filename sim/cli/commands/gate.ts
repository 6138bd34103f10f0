import { appendFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isHoldfastError } from '../../../proxy/host/errors.ts';
import type { GateEntry } from '../../../reports/ci/gate-entry.ts';
import { renderGateLines } from '../../../reports/ci/gate-lines.ts';
import { entryVerdict } from '../../../reports/ci/gate-words.ts';
import { renderGithubSummary } from '../../../reports/ci/github-summary.ts';
import { junitFileName, renderJUnit } from '../../../reports/ci/junit.ts';
import type { JudgedRun } from '../../judge/baseline.ts';
import { loadScenarioFile } from '../../live/load-scenario.ts';
import { scenarioDigest } from '../../plan/digest.ts';
import type { RunResult } from '../../store/result.ts';
import { prepareFolder, runFolder } from '../../store/run-folder.ts';
import {
  againstBaseline,
  type Baseline,
  baselineOutput,
  missingFrom,
  readBaseline,
  writeBaseline,
} from '../baseline-file.ts';
import { exitCodes } from '../exit-codes.ts';
import { interruptible } from '../interrupt.ts';
import { oneOf, usage, workersOf } from '../options.ts';
import { cannotWrite, type OutputFile, prepareFile } from '../output-file.ts';
import { ProgressLine } from '../progress.ts';
import { codeOfError, reportError } from '../report-error.ts';
import { runScenario } from '../run-scenario.ts';
import { type ScenarioFile, scenarioFiles } from '../scenario-files.ts';
import { storeRun } from '../store-run.ts';
import { colorsOn } from './run.ts';

export interface GateOptions {
  readonly baseline?: string;
  readonly updateBaseline?: boolean;
  readonly out: string;
  readonly onInconclusive: string;
  readonly workers?: string;
  readonly quiet?: boolean;
}

interface Gate {
  readonly out: string;
  readonly workers: number | undefined;
  readonly quiet: boolean;
  readonly baseline: Baseline | undefined;
  readonly interrupted: AbortSignal;
  /** File by scenario digest: the same scenario written twice (YAML and TypeScript) runs once. */
  readonly seen: Map<string, string>;
  /** By file, for a baseline: what ran, and for the same scenario in another file the run of the first. */
  readonly runs: Map<string, JudgedRun>;
}

/** Runs every scenario for CI: a line each, JUnit, a step summary when there is a place for one, the worst exit code. */
export async function gate(paths: readonly string[], options: GateOptions): Promise<number> {
  const onInconclusive = oneOf('--on-inconclusive', options.onInconclusive, ['fail', 'warn']);
  const workers = workersOf(options.workers);
  const { baseline: name, updateBaseline = false, quiet = false, out } = options;
  if (updateBaseline && name === undefined) throw usage('--update-baseline needs a file', 'add --baseline FILE');
  const files = await scenarioFiles(paths, out);
  const baseline = name === undefined || updateBaseline ? undefined : await readBaseline(name);
  const newBaseline = updateBaseline ? name : undefined;
  const junit = junitOutput(out);
  const summary = summaryOutput(process.env['GITHUB_STEP_SUMMARY']);
  if (summary !== undefined) await prepareFile(summary);
  if (newBaseline !== undefined) await prepareFile(baselineOutput(newBaseline));
  await prepareFolder(out);
  await prepareFile(junit);
  return interruptible(async (interrupted) => {
    const entries: GateEntry[] = [];
    const all: Gate = { out, workers, quiet, baseline, interrupted, seen: new Map(), runs: new Map() };
    for (const [index, file] of files.entries()) {
      if (interrupted.aborted) break;
      const entry = await runOne(file, `${index + 1}/${files.length}`, all);
      if (entry !== undefined) entries.push(entry);
    }
    // first of all, so that nothing that fails from here on hides it
    process.stdout.write(renderGateLines(entries, { color: colorsOn(process.stdout) }));
    const missing = baseline === undefined ? [] : missingFrom(baseline, names(files));
    if (missing.length > 0) process.stderr.write(`in ${name} and not run: ${missing.join(', ')}\n`);
    const whole = !interrupted.aborted && files.every(({ file }) => all.runs.has(file));
    const failures = await eachTried([
      () => put(junit, (file) => writeFile(file, renderJUnit(entries, onInconclusive))),
      () => put(summary, (file) => appendFile(file, renderGithubSummary(entries))),
      () => (newBaseline === undefined ? Promise.resolve() : update(newBaseline, all.runs, whole)),
    ]);
    return worstCode([...entries.map((entry) => codeOfEntry(entry, onInconclusive)), ...failures]);
  });
}

const junitOutput = (out: string): OutputFile => ({
  what: 'the JUnit file',
  file: path.join(out, junitFileName),
  hint: 'name another folder with --out, or take away what is in its place',
  makesFolder: false,
});

function summaryOutput(file: string | undefined): OutputFile | undefined {
  if (file === undefined || file === '') return undefined;
  const hint = 'GITHUB_STEP_SUMMARY names this file: name one that can be written, or unset it';
  return { what: 'the step summary', file, hint, makesFolder: false };
}

async function put(output: OutputFile | undefined, write: (file: string) => Promise<void>): Promise<void> {
  if (output === undefined) return;
  await write(output.file).catch((error: unknown) => {
    throw cannotWrite(output, error);
  });
}

/** Exit codes of what failed, each told: a full disk or one bad place does not take the others away. */
async function eachTried(writes: ReadonlyArray<() => Promise<void>>): Promise<readonly number[]> {
  const codes: number[] = [];
  for (const write of writes) await write().catch((error: unknown) => codes.push(reportError(error)));
  return codes;
}

/**
 * One scenario. The same one as before is not run again: undefined, or with a baseline a line of its own, since what is
 * stored under its name may be another run. What is wrong with a scenario becomes its line, not the gate's end.
 */
async function runOne({ file, below }: ScenarioFile, place: string, all: Gate): Promise<GateEntry | undefined> {
  const started = performance.now();
  const progress = new ProgressLine(all.quiet);
  const entry = (result: RunResult | null, error: GateEntry['error'], baseline: GateEntry['baseline']): GateEntry => ({
    file,
    line: 0,
    seconds: (performance.now() - started) / 1000,
    result,
    error,
    baseline,
  });
  const judged = (run: JudgedRun): GateEntry => {
    const { runs, baseline } = all;
    runs.set(file, run);
    return entry(run.result, null, baseline === undefined ? null : againstBaseline(baseline, file, run));
  };
  try {
    const scenario = await loadScenarioFile(file);
    const twin = all.seen.get(scenarioDigest(scenario));
    if (twin !== undefined) {
      process.stderr.write(`${file} is the same scenario as ${twin}; it runs once\n`);
      const run = all.runs.get(twin);
      const own = run === undefined ? undefined : judged(run);
      return all.baseline === undefined ? undefined : own;
    }
    all.seen.set(scenarioDigest(scenario), file);
    const folder = runFolder(path.join(all.out, below), file);
    await prepareFolder(folder);
    const { result, plans } = await runScenario(scenario, {
      file,
      engine: 'virtual',
      seed: scenario.run.seed,
      workers: all.workers,
      toxiproxy: undefined,
      interrupted: all.interrupted,
      onProgress: (unit, done, total) => progress.show(unit, done, total, `${place} ${file}`),
    });
    await storeRun(folder, { file, scenario, result, plans });
    return judged({ scenario, result });
  } catch (error) {
    if (isHoldfastError(error)) {
      return entry(null, { code: error.code, message: error.message, hint: error.hint ?? '' }, null);
    }
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return entry(null, { code: 'ERR_UNEXPECTED', message: String(error), hint: 'this is a bug in Holdfast' }, null);
  } finally {
    progress.end();
  }
}

/** A baseline is written whole: a scenario that could not run would lose its place in it. */
async function update(file: string, runs: ReadonlyMap<string, JudgedRun>, whole: boolean): Promise<void> {
  if (whole) await writeBaseline(file, runs);
  else process.stderr.write(`${file} was not written: not every scenario ran to its end\n`);
}

const names = (files: readonly ScenarioFile[]): string[] => files.map(({ file }) => file);

/** The baseline has its say in a verdict. */
function codeOfEntry(entry: GateEntry, onInconclusive: 'warn' | 'fail'): number {
  if (entry.error !== null) return codeOfError(entry.error.code);
  const verdict = entryVerdict(entry);
  if (verdict === 'missed') return exitCodes.missed;
  if (verdict === 'inconclusive') return onInconclusive === 'warn' ? 0 : exitCodes.inconclusive;
  return exitCodes.met;
}

/** Harness errors beat bad input beats missed beats inconclusive beats met. */
function worstCode(codes: readonly number[]): number {
  const order = [exitCodes.harness, exitCodes.badInput, exitCodes.missed, exitCodes.inconclusive];
  return order.find((code) => codes.includes(code)) ?? exitCodes.met;
}
