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
import { againstBaseline, type Baseline, missingFrom, readBaseline, writeBaseline } from '../baseline-file.ts';
import { exitCodes } from '../exit-codes.ts';
import { interruptible } from '../interrupt.ts';
import { oneOf, usage, workersOf } from '../options.ts';
import { ProgressLine } from '../progress.ts';
import { codeOfError } from '../report-error.ts';
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
  /** What ran, by file, for a baseline. */
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
  await prepareFolder(out);
  return interruptible(async (interrupted) => {
    const entries: GateEntry[] = [];
    const all: Gate = { out, workers, quiet, baseline, interrupted, seen: new Map(), runs: new Map() };
    for (const [index, file] of files.entries()) {
      if (interrupted.aborted) break;
      const entry = await runOne(file, `${index + 1}/${files.length}`, all);
      if (entry !== undefined) entries.push(entry);
    }
    await writeFile(path.join(out, junitFileName), renderJUnit(entries, onInconclusive));
    const summary = process.env['GITHUB_STEP_SUMMARY'];
    if (summary !== undefined && summary !== '') await appendFile(summary, renderGithubSummary(entries));
    if (updateBaseline && name !== undefined) {
      await update(name, all.runs, !interrupted.aborted && all.runs.size === entries.length);
    }
    const missing = baseline === undefined ? [] : missingFrom(baseline, names(files));
    if (missing.length > 0) process.stderr.write(`in ${name} and not run: ${missing.join(', ')}\n`);
    process.stdout.write(renderGateLines(entries, { color: colorsOn(process.stdout) }));
    return worstCode(entries, onInconclusive);
  });
}

/** One scenario; undefined when the same one ran already. What is wrong with it becomes its line, not the gate's end. */
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
  try {
    const scenario = await loadScenarioFile(file);
    const twin = all.seen.get(scenarioDigest(scenario));
    if (twin !== undefined) {
      process.stderr.write(`${file} is the same scenario as ${twin}; it runs once\n`);
      return undefined;
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
    all.runs.set(file, { scenario, result });
    const { baseline } = all;
    return entry(result, null, baseline === undefined ? null : againstBaseline(baseline, file, { scenario, result }));
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

/** Harness errors beat bad input beats missed beats inconclusive beats met; the baseline has its say in a verdict. */
function worstCode(entries: readonly GateEntry[], onInconclusive: 'warn' | 'fail'): number {
  const codes = entries.map((entry): number => {
    if (entry.error !== null) return codeOfError(entry.error.code);
    const verdict = entryVerdict(entry);
    if (verdict === 'missed') return exitCodes.missed;
    if (verdict === 'inconclusive') return onInconclusive === 'warn' ? 0 : exitCodes.inconclusive;
    return exitCodes.met;
  });
  const order = [exitCodes.harness, exitCodes.badInput, exitCodes.missed, exitCodes.inconclusive];
  return order.find((code) => codes.includes(code)) ?? exitCodes.met;
}
