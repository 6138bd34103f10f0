import { HoldfastError, isHoldfastError } from '../../proxy/host/errors.ts';
import { contrastCell } from '../../reports/view/contrast-cell.ts';
import { headCell } from '../../reports/view/verdict-words.ts';
import type { Finding } from '../plan/check.ts';
import { checkForm } from '../plan/check-form.ts';
import { type LiveCost, liveCost } from '../plan/live-cost.ts';
import { liveForm } from '../plan/live-form.ts';
import { liveVariantWords } from '../plan/live-variant-words.ts';
import type { Plan } from '../plan/plan.ts';
import type { Scenario } from '../plan/scenario.ts';
import type { RunResult } from '../store/result.ts';
import { sweepStopReason } from '../sweep/stop-reason.ts';
import { assembleResult } from './assemble-result.ts';
import { toolVersion } from './tool-version.ts';

export interface ScenarioRun {
  readonly file: string;
  readonly engine: 'virtual' | 'live';
  readonly seed: string;
  /** Worker threads; undefined: one a core. The result does not depend on it. */
  readonly workers: number | undefined;
  readonly toxiproxy: string | undefined;
  readonly interrupted: AbortSignal;
  /** Told once before the first live run, since all of them take real time. */
  readonly onLiveCost?: (cost: LiveCost) => void;
  readonly onProgress: (unit: string, done: number, total: number, doing: string) => void;
}

export interface FinishedRun {
  readonly result: RunResult;
  /** Plan of replication 0 of every cell. */
  readonly plans: readonly Plan[];
}

/**
 * Runs every cell of a scenario in one engine and puts the result together. Prints nothing.
 * @throws HoldfastError ERR_PLAN_REFUSED with every reason why this engine cannot run it; ERR_INTERRUPTED when it was
 * stopped before there was anything to report
 */
export async function runScenario(scenario: Scenario, run: ScenarioRun): Promise<FinishedRun> {
  const form = run.engine === 'live' ? liveForm(scenario) : scenario;
  const notes = checked(form, run);
  const common = { version: toolVersion(), file: run.file, engine: run.engine, seed: run.seed };
  if (run.engine === 'live') {
    // each engine loads on use: the live one brings certificates and HTTP, the virtual one the model
    const { runLive } = await import('./run-live.ts');
    const { seed, toxiproxy, interrupted } = run;
    run.onLiveCost?.(liveCost(form));
    const live = await runLive(form, {
      seed,
      toxiproxy,
      interrupted,
      onProgress: (doing, done, total) => run.onProgress('s', Math.round(done), Math.round(total), doing),
    });
    const result = assembleResult(form, live.studies, {
      ...common,
      fidelity: 'L4',
      stopReason: 'fixed',
      timeline: live.timeline,
      notes,
      variant: liveVariantWords(scenario),
    });
    return { result, plans: live.studies.map(({ plan }) => plan) };
  }
  const { runVirtual, windowNotes } = await import('./run-virtual.ts');
  const { drawTimeline } = await import('./draw-timeline.ts');
  const { studies, ...virtual } = await runVirtual(form, {
    seed: run.seed,
    workers: run.workers,
    interrupted: run.interrupted,
    onProgress: (done, total) => run.onProgress('simulations', done, total, ''),
  });
  const assembled = assembleResult(form, studies, {
    ...common,
    fidelity: 'L1',
    stopReason: sweepStopReason(studies.map((study) => study.stopReason)),
    timeline: null,
    notes: [...notes, ...virtual.notes],
    variant: '',
  });
  const plans = studies.map(({ plan }) => plan);
  // the configuration that the report speaks of, which is known only now
  const drawn = headCell(assembled) ?? 0;
  const study = studies[drawn];
  const told = study === undefined ? [] : windowNotes(study);
  const result = { ...assembled, notes: [...assembled.notes, ...told] };
  if (study === undefined || run.interrupted.aborted) return { result, plans };
  const interrupted = (): boolean => run.interrupted.aborted;
  const other = contrastCell(assembled);
  const beside = other === null ? undefined : studies[other];
  try {
    const timeline = await drawTimeline(study, drawn, { interrupted });
    const contrast = other === null || beside === undefined ? null : await drawTimeline(beside, other, { interrupted });
    return { result: { ...result, timeline, contrast }, plans };
  } catch (error) {
    // every figure is there; only the picture is not
    if (isHoldfastError(error) && error.code === 'ERR_INTERRUPTED') return { result, plans };
    throw error;
  }
}

/** What the engine cannot do stops the run, all reasons at once; what a reader must know goes into the notes. */
function checked(form: Scenario, run: ScenarioRun): string[] {
  const findings = checkForm(form, run.seed, run.engine);
  const refused = refusal(findings, run.engine, run.file);
  if (refused !== undefined) throw refused;
  return findings.map(({ message }) => message);
}

/** ERR_PLAN_REFUSED with every reason why an engine cannot run a plan; undefined: it can. */
export function refusal(
  findings: readonly Finding[],
  engine: ScenarioRun['engine'],
  file: string,
): HoldfastError | undefined {
  const refused = findings.filter(({ severity }) => severity === 'refuse');
  if (refused.length === 0) return undefined;
  const reasons = refused.map(({ message, hint }) => `${message}${hint === '' ? '' : ` (${hint})`}`);
  return new HoldfastError('ERR_PLAN_REFUSED', `the ${engine} engine cannot run ${file}: ${reasons.join('; ')}`, {
    facts: { file, reasons: refused.length },
    hint:
      engine === 'live'
        ? 'change the live section (or give the scenario one), or run it with --engine virtual'
        : 'change the scenario; holdfast explain shows every default',
  });
}
