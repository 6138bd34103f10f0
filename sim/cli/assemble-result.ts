import { invariant } from '../../proxy/host/errors.ts';
import { availabilitySample, headCell } from '../../reports/view/verdict-words.ts';
import { attainment } from '../judge/attainment.ts';
import { cheapestMet } from '../judge/choose-cell.ts';
import { compareCells } from '../judge/compare-cells.ts';
import { asWrittenCell } from '../plan/as-written.ts';
import { compareCost, configurationCost } from '../plan/cost.ts';
import { planDigest, scenarioDigest } from '../plan/digest.ts';
import type { Scenario } from '../plan/scenario.ts';
import { toldPerYear } from '../plan/told-per-year.ts';
import type { CellResult, RunResult, Timeline } from '../store/result.ts';
import { hashInPlanOrder } from '../sweep/run-hash.ts';
import type { CellStudy } from '../sweep/study.ts';

export interface RunFacts {
  readonly version: string;
  readonly file: string;
  readonly engine: 'virtual' | 'live';
  readonly fidelity: 'L1' | 'L2' | 'L4';
  readonly seed: string;
  readonly stopReason: RunResult['stopReason'];
  readonly timeline: Timeline | null;
  readonly notes: readonly string[];
  readonly variant: string;
}

/** The one truth of a run, from what its cells gave. Pure. */
export function assembleResult(scenario: Scenario, studies: readonly CellStudy[], facts: RunFacts): RunResult {
  const { confidence } = scenario.run;
  const results = studies.map((study) => cellResult(scenario, study));
  const candidates = studies.map(({ plan, verdict }, index) => {
    const cell = results[index];
    return { plan, verdict, availability: cell === undefined ? null : availabilitySample(cell).value };
  });
  const cheapest = cheapestMet(candidates, (a, b) => compareCost(a, b, scenario.prices));
  const asWritten = asWrittenCell(
    scenario,
    studies.map(({ plan }) => plan),
  );
  const axes = scenario.sweep.map(({ axis, values }) => ({ name: axis, values }));
  // a sweep asks whether a configuration meets: the run speaks of the one that does, as the reports do
  const head = headCell({ cells: results, cheapest });
  const spokesman = results[head ?? results.length - 1];
  invariant(spokesman !== undefined, 'a run has at least one cell');
  return {
    schemaVersion: 1,
    tool: { name: 'holdfast', version: facts.version },
    scenario: {
      name: scenario.name,
      description: scenario.description,
      file: facts.file,
      digest: scenarioDigest(scenario),
    },
    engine: facts.engine,
    fidelity: facts.fidelity,
    behaviour: [...new Set(results.map(({ behaviour }) => behaviour))].join(', '),
    seed: facts.seed,
    confidence,
    verdict: spokesman.verdict,
    objectives: spokesman.objectives,
    measurement: spokesman.measurement,
    cells: results,
    cheapest,
    asWritten,
    comparisons: head === null ? [] : compareCells(studies, { axes, confidence, from: head, asWritten }),
    variant: facts.variant,
    axes,
    timeline: facts.timeline,
    eventHash: hashInPlanOrder(studies.map(({ eventHash, n }, cell) => [`cell ${cell}`, n, eventHash] as const)),
    stopReason: facts.stopReason,
    notes: facts.notes,
  };
}

function cellResult(scenario: Scenario, study: CellStudy): CellResult {
  const { plan, axes, n, measurement, objectives, verdict, arithmetic, eventHash, perReplication, sharedVariance } =
    study;
  return {
    axes,
    planDigest: planDigest(plan),
    behaviour: plan.behaviour.name,
    n,
    measurement,
    objectives,
    verdict,
    cost: configurationCost(plan, scenario.prices),
    perYear: toldPerYear(plan),
    arithmetic,
    eventHash,
    perReplication,
    attainment: attainment(perReplication, objectives, scenario.run.confidence),
    sharedVariance,
  };
}
