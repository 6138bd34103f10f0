import { type Evidence, everyRequest } from '../measure/evidence.ts';
import type { Tally } from '../measure/tally.ts';
import { unseenLossShare } from '../measure/unseen-loss.ts';
import type { Plan } from '../plan/plan.ts';
import { conclude, stopReasonAt } from './conclude.ts';
import type { Job, JobResult, Workforce } from './job.ts';
import { unshownShare } from './long-horizon/shown-states.ts';
import { hashInPlanOrder } from './run-hash.ts';
import type { CellStudy, StudyCell, StudyOptions } from './study.ts';

interface Running {
  readonly cell: StudyCell;
  readonly plans: Plan[];
  readonly results: JobResult[];
}

/**
 * Simulates every request of every replication of every cell, look by look, until each cell is precise, decided or at the
 * cap. Results are those of the plans alone: the number of workers changes nothing.
 */
export async function studyEveryRequest(
  cells: readonly StudyCell[],
  workforce: Workforce,
  options: StudyOptions,
): Promise<readonly CellStudy[]> {
  const running = cells.map((cell): Running => ({ cell, plans: [], results: [] }));
  const studies = new Map<Running, CellStudy>();
  let done = 0;
  for (const [look, n] of options.looks.entries()) {
    const open = running.filter((cell) => !studies.has(cell));
    const jobs: Job[] = [];
    // Replication by replication, so that an interrupted study has about as many of each cell.
    for (let replication = 0; replication < n; replication++) {
      for (const { cell, plans } of open) {
        if (replication < plans.length) continue;
        const plan = cell.plan(replication);
        plans.push(plan);
        jobs.push({ plan, range: { from: 0, to: plan.horizon } });
      }
    }
    const results = await workforce.run(jobs, {
      ...(options.interrupted === undefined ? {} : { interrupted: options.interrupted }),
      onDone: (count) => options.onProgress?.({ done: done + count, known: done + jobs.length, look }),
    });
    results.forEach((result, i) => {
      ownerOf(open, jobs[i]?.plan)?.results.push(result);
    });
    done += results.length;
    const interrupted = results.length < jobs.length;
    for (const cell of open) {
      const evidence = await evidenceOf(cell);
      const plan = cell.plans[0];
      if (plan === undefined) continue;
      const stopReason = interrupted ? 'interrupted' : stopReasonAt(look, plan, evidence, options);
      if (stopReason === null) continue;
      const eventHash = hashInPlanOrder(cell.results.map(({ eventHash: hash }, i) => ['', i, hash]));
      studies.set(
        cell,
        await conclude(cell.cell, plan, evidence, options, { stopReason, eventHash, course: null, notes: [] }),
      );
    }
    if (interrupted) break;
  }
  return running.flatMap((cell) => studies.get(cell) ?? []);
}

const evidenceOf = ({ plans, results }: Running): Promise<Evidence> =>
  everyRequestEvidence(
    plans,
    results.map(({ tally }) => tally),
  );

/**
 * What replications show whose every request was sent, virtual or live: the first of `plans`, one a tally. What their
 * faults did not show counts as unseen, however many requests there were.
 */
export const everyRequestEvidence = async (plans: readonly Plan[], tallies: readonly Tally[]): Promise<Evidence> =>
  everyRequest(tallies, unseenLossShare(plans), await unshownShare(plans.slice(0, tallies.length)));

const ownerOf = (open: readonly Running[], plan: Plan | undefined): Running | undefined =>
  open.find(({ plans }) => plan !== undefined && plans[plan.replication] === plan);
