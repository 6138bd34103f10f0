import { appendFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { HoldfastError, isHoldfastError } from '../../../proxy/host/errors.ts';
import {
  type GateEntry,
  junitFileName,
  renderGateLines,
  renderGithubSummary,
  renderJUnit,
  renderReport,
} from '../../../reports/index.ts';
import { compareWithBaseline } from '../../judge/baseline.ts';
import { loadScenarioFile, scenarioEndings } from '../../scenario/load-file.ts';
import type { RunResult } from '../../store/result.ts';
import { runFolder, writeRun } from '../../store/run-folder.ts';
import { exitCodes } from '../exit-codes.ts';
import { onInterrupt } from '../interrupt.ts';
import { ProgressLine } from '../progress.ts';
import { runScenario } from '../run-scenario.ts';
import { workersOf } from './run.ts';

export interface GateOptions {
  readonly baseline?: string;
  readonly updateBaseline?: boolean;
  readonly out: string;
  readonly onInconclusive: string;
  readonly workers?: string;
}

/** Results by scenario file, as `--update-baseline` stores them. */
interface BaselineFile {
  readonly baselineVersion: 1;
  readonly results: Readonly<Record<string, RunResult>>;
}

/** Scenarios in TypeScript sit in this folder beside their YAML twins; a folder's gate would run them twice. */
const twinFolder = 'typescript';

/** Runs every scenario for CI: a line each, JUnit, a step summary when there is a place for one, the worst exit code. */
export async function gate(paths: readonly string[], options: GateOptions): Promise<number> {
  const onInconclusive = options.onInconclusive === 'warn' ? 'warn' : 'fail';
  if (options.updateBaseline === true && options.baseline === undefined) {
    throw new HoldfastError('ERR_USAGE', '--update-baseline needs a file', { hint: 'add --baseline FILE' });
  }
  const files = (await Promise.all(paths.map(scenarioFiles))).flat();
  const baseline = options.updateBaseline === true ? undefined : await readBaseline(options.baseline);
  const interrupt = onInterrupt();
  const entries: GateEntry[] = [];
  try {
    for (const [index, file] of files.entries()) {
      if (interrupt.signal.aborted) break;
      entries.push(await runOne(file, options, baseline, `${index + 1}/${files.length}`, interrupt.signal));
    }
  } finally {
    interrupt.done();
  }
  await mkdir(options.out, { recursive: true });
  await writeFile(path.join(options.out, junitFileName), renderJUnit(entries, onInconclusive));
  const summary = process.env['GITHUB_STEP_SUMMARY'];
  if (summary !== undefined && summary !== '') await appendFile(summary, renderGithubSummary(entries));
  if (options.updateBaseline === true && options.baseline !== undefined) await writeBaseline(options.baseline, entries);
  const color = process.stdout.hasColors?.() === true && process.env['NO_COLOR'] === undefined;
  process.stdout.write(renderGateLines(entries, { color }));
  return worstCode(entries, onInconclusive);
}

async function runOne(
  file: string,
  options: GateOptions,
  baseline: BaselineFile | undefined,
  place: string,
  interrupted: AbortSignal,
): Promise<GateEntry> {
  const started = performance.now();
  const progress = new ProgressLine(false);
  const seconds = (): number => (performance.now() - started) / 1000;
  try {
    const scenario = await loadScenarioFile(file);
    const { result, plans } = await runScenario(scenario, {
      file,
      engine: 'virtual',
      seed: scenario.run.seed,
      workers: workersOf(options.workers),
      toxiproxy: undefined,
      interrupted,
      onProgress: (unit, done, total) => progress.show(unit, done, total, `${place} ${file}`),
    });
    const folder = runFolder(options.out, file);
    const replay = `holdfast replay ${folder}`;
    const [plan] = plans;
    const report = renderReport(result, plan === undefined ? { replay } : { plan, replay });
    const record = { file, engine: 'virtual', seed: result.seed, scenario } as const;
    await writeRun(folder, { record, plans, result, report });
    const old = baseline?.results[file];
    const against =
      baseline === undefined || options.baseline === undefined
        ? null
        : {
            against: options.baseline,
            comparison:
              old === undefined
                ? ({ comparable: false, reasons: ['the baseline has no result of this scenario'] } as const)
                : compareWithBaseline(old, result),
          };
    return { file, line: 0, seconds: seconds(), result, error: null, baseline: against };
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    const { code, message, hint } = error;
    return {
      file,
      line: 0,
      seconds: seconds(),
      result: null,
      error: { code, message, hint: hint ?? '' },
      baseline: null,
    };
  } finally {
    progress.end();
  }
}

async function scenarioFiles(place: string): Promise<string[]> {
  const info = await stat(place).catch(() => undefined);
  if (info === undefined) {
    throw new HoldfastError('ERR_FILE', `${place} does not exist`, { hint: 'name scenario files or folders of them' });
  }
  if (!info.isDirectory()) return [place];
  const names = await readdir(place, { recursive: true });
  return names
    .filter((name) => scenarioEndings.includes(path.extname(name) as never))
    .filter((name) => !name.split(path.sep).includes(twinFolder))
    .map((name) => path.join(place, name))
    .sort();
}

async function readBaseline(file: string | undefined): Promise<BaselineFile | undefined> {
  if (file === undefined) return undefined;
  try {
    const parsed = JSON.parse(await readFile(file, 'utf8')) as BaselineFile;
    if (parsed.baselineVersion === 1) return parsed;
    throw new Error('not a baseline of this version');
  } catch (error) {
    throw new HoldfastError('ERR_BASELINE', `${file} cannot be used: ${String((error as Error).message)}`, {
      facts: { file },
      hint: 'make one with --update-baseline',
      cause: error,
    });
  }
}

async function writeBaseline(file: string, entries: readonly GateEntry[]): Promise<void> {
  const results: Record<string, RunResult> = {};
  for (const { file: scenario, result } of entries)
    if (result !== null) results[scenario] = { ...result, timeline: null };
  const text: BaselineFile = { baselineVersion: 1, results };
  await mkdir(path.dirname(path.resolve(file)), { recursive: true });
  await writeFile(file, `${JSON.stringify(text)}\n`);
}

/** Harness errors beat bad input beats missed (or a proven loss against the baseline) beats inconclusive beats met. */
function worstCode(entries: readonly GateEntry[], onInconclusive: 'warn' | 'fail'): number {
  const codes = entries.map((entry): number => {
    if (entry.error !== null) return /^ERR_(SCENARIO|PLAN|CELL|TARGET|FILE)/.test(entry.error.code) ? 2 : 4;
    const loss = entry.baseline?.comparison.comparable === true && entry.baseline.comparison.provenLoss;
    if (entry.result?.verdict === 'missed' || loss) return exitCodes.missed;
    if (entry.result?.verdict === 'inconclusive') return onInconclusive === 'warn' ? 0 : exitCodes.inconclusive;
    return exitCodes.met;
  });
  for (const code of [exitCodes.harness, exitCodes.badInput, exitCodes.missed, exitCodes.inconclusive]) {
    if (codes.includes(code)) return code;
  }
  return exitCodes.met;
}
