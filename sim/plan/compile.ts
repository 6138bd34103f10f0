import { HoldfastError } from '../../proxy/host/errors.ts';
import { type Random, seededRandom } from '../../proxy/host/random.ts';
import { faultCatalogue } from '../faults/catalogue.ts';
import { applyAxes, type CellAxes } from './cells.ts';
import { scenarioDigest } from './digest.ts';
import { drawProcess, inPlanOrder } from './draw-faults.ts';
import { FaultResolver, randomProcesses, scheduledFaults } from './fault-processes.ts';
import type { Plan } from './plan.ts';
import type { Scenario } from './scenario.ts';
import { partsOf } from './selector.ts';
import { scaledInTime } from './time-scale.ts';
import { topologyOf } from './topology.ts';

export interface PlanChoice {
  /** Instead of the scenario's. */
  readonly seed?: string;
  /** 0-based; default 0. */
  readonly replication?: number;
  /** One value per axis that is turned; default none. */
  readonly axes?: CellAxes;
}

/**
 * The root of all chance of one replication. Streams are named below it, never by cell: cells of a sweep see the same
 * failures, arrivals and service times wherever they have the same part (common random numbers).
 */
function planRandom(plan: Pick<Plan, 'seed' | 'replication'>): Random {
  return seededRandom(plan.seed).fork(`replication/${plan.replication}`);
}

/**
 * One replication of one cell, complete: defaults filled, selectors resolved, stochastic faults drawn, times absolute and
 * scaled. Pure: equal arguments give plans of equal digest.
 * @throws HoldfastError ERR_CELL for an axis value that is impossible, ERR_TARGET for a target that the cell does not
 * have. Reading a scenario finds both beforehand.
 */
export function compilePlan(scenario: Scenario, choice: PlanChoice = {}): Plan {
  const { axes = {}, replication = 0, seed = scenario.run.seed } = choice;
  const cell = scaledInTime(applyAxes(scenario, axes));
  const random = planRandom({ seed, replication });
  const resolver = new FaultResolver(
    partsOf(cell),
    (kind) => faultCatalogue.get(kind).acts,
    (refusal, path) => {
      throw new HoldfastError('ERR_TARGET', `${path.join('.')}: ${refusal.message}`, {
        facts: { path: path.join('.') },
        hint:
          refusal.known.length > 0 ? `known: ${refusal.known.join(', ')}` : 'holdfast check names the file and line',
      });
    },
  );
  const faultProcesses = randomProcesses(cell, resolver);
  const horizon = cell.run.duration;
  const drawn = faultProcesses.flatMap((process) => drawProcess(process, random, horizon));
  return {
    planVersion: 1,
    name: cell.name,
    description: cell.description,
    scenarioDigest: scenarioDigest(scenario),
    seed,
    replication,
    axes,
    timeScale: cell.run.timeScale,
    horizon,
    topology: topologyOf(cell),
    applications: cell.applications,
    identity: cell.identity,
    directory: cell.directory,
    behaviour: cell.behaviour,
    workloads: cell.workloads,
    faults: inPlanOrder([...scheduledFaults(cell, resolver, random), ...drawn]),
    faultProcesses,
    throttle: cell.throttle,
    outcome: cell.outcome,
    objectives: cell.objectives,
  };
}
