import { fileURLToPath } from 'node:url';
import { runLivePlan } from '../live/live-engine.ts';
import type { Tally } from '../measure/tally.ts';
import { tallyHistory } from '../measure/tally-history.ts';
import { cells } from '../plan/cells.ts';
import { compilePlan } from '../plan/compile.ts';
import type { Plan } from '../plan/plan.ts';
import type { Scenario } from '../plan/scenario.ts';
import type { Timeline } from '../store/result.ts';
import { conclude } from '../sweep/conclude.ts';
import { everyRequestEvidence } from '../sweep/every-request.ts';
import { hashInPlanOrder } from '../sweep/run-hash.ts';
import type { CellStudy } from '../sweep/study.ts';
import { timelineOf } from './timeline.ts';

export interface LiveRunOptions {
  readonly seed: string;
  readonly toxiproxy: string | undefined;
  readonly onProgress: (text: string, done: number, of: number) => void;
  readonly interrupted: AbortSignal;
}

export interface LiveRun {
  readonly studies: readonly CellStudy[];
  readonly timeline: Timeline | null;
}

/** More late sends than this and a run says nothing about its plan. */
const mostLate = 0.01;

/** Every cell and replication of a scenario's live form, one after the other: two at once would disturb each other. */
export async function runLive(form: Scenario, options: LiveRunOptions): Promise<LiveRun> {
  const cli = fileURLToPath(new URL(`./main${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url));
  const found: CellStudy[] = [];
  let timeline: Timeline | null = null;
  const axes = cells(form);
  const replications = form.run.replications.max;
  for (const [index, cell] of axes.entries()) {
    const plans: Plan[] = [];
    const tallies: Tally[] = [];
    const hashes: string[] = [];
    const doubts: string[] = [];
    for (let replication = 0; replication < replications; replication++) {
      const plan = compilePlan(form, { seed: options.seed, replication, axes: cell });
      const history = await runLivePlan(plan, {
        toxiproxy: options.toxiproxy,
        cli,
        interrupted: options.interrupted,
        onProgress: (done, of) => {
          const place = index * replications + replication;
          options.onProgress(
            `live replication ${place + 1}/${axes.length * replications}`,
            place * of + done,
            axes.length * replications * of,
          );
        },
      });
      const lateShare = Number(history.notes['lateShare'] ?? 0);
      if (lateShare > mostLate) {
        doubts.push(
          `${(100 * lateShare).toFixed(1)} % of the requests of replication ${replication + 1} started over 20 ms late`,
        );
      }
      timeline ??= timelineOf(plan, history, index);
      plans.push(plan);
      tallies.push(tallyHistory(plan, history));
      hashes.push(history.eventHash);
    }
    const [plan] = plans;
    if (plan === undefined) continue;
    const evidence = await everyRequestEvidence(plans, tallies);
    const { confidence } = form.run;
    const eventHash = hashInPlanOrder(hashes.map((hash, n) => ['', n, hash] as const));
    const study = await conclude(
      { axes: cell, plan: () => plan },
      plan,
      evidence,
      { confidence, looks: [replications], precision: 0, stopWhenDecided: false },
      { stopReason: 'fixed', eventHash, course: null, notes: [] },
    );
    found.push(doubted(study, doubts));
  }
  return { studies: found, timeline };
}

/** What makes the load itself doubtful takes every verdict back: neither met nor missed is shown, and the reason says why. */
export function doubted<T extends Pick<CellStudy, 'objectives' | 'verdict'>>(study: T, doubts: readonly string[]): T {
  if (doubts.length === 0) return study;
  const objectives = study.objectives.map((one) => ({
    ...one,
    verdict: 'inconclusive' as const,
    reason: [...doubts, one.reason].filter((reason) => reason !== '').join('; '),
  }));
  return { ...study, objectives, verdict: 'inconclusive' };
}
