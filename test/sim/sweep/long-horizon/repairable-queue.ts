import { seededRandom } from '../../../../proxy/host/random.ts';
import { instant, micros, seconds } from '../../../../proxy/host/units.ts';
import { emptyTally } from '../../../../sim/measure/tally.ts';
import type { Plan, PlannedFault } from '../../../../sim/plan/plan.ts';
import type { Job, JobResult } from '../../../../sim/sweep/job.ts';
import type { WindowRules } from '../../../../sim/sweep/long-horizon/window-rules.ts';
import { smallPlan } from '../../plan/small-plan.ts';

/**
 * A queue with a closed form: c servers that crash and are repaired, one queue with `places` places in all, Poisson
 * arrivals, exponential service. A request is lost when it finds no place, or when the server it is on crashes.
 */
export interface QueueModel {
  readonly servers: number;
  readonly places: number;
  readonly arrivalsPerSecond: number;
  readonly servicesPerSecond: number;
  readonly mtbfSeconds: number;
  readonly mttrSeconds: number;
  readonly horizonSeconds: number;
}

export const modelRules = (settleSeconds: number): WindowRules => ({
  lead: () => seconds(2),
  startSettles: () => seconds(settleSeconds),
  emptySettles: () => seconds(0),
  loadSettles: () => seconds(0),
  endSettles: () => seconds(settleSeconds),
  remembered: () => seconds(0),
  warmUp: seconds(settleSeconds),
});

/** One replication: crashes drawn per server from streams of their own; `study` makes studies independent. */
export function modelPlan(model: QueueModel, study: string, replication: number): Plan {
  const { connectors } = smallPlan.topology;
  const root = seededRandom(study).fork(`replication/${replication}`);
  const horizon = seconds(model.horizonSeconds);
  const servers = Array.from({ length: model.servers }, (_, i) => ({
    ...connectors[0]!,
    id: `connector/paris/${i + 1}`,
    demand: micros(1_000_000 / model.servicesPerSecond),
    maxQueue: model.places,
  }));
  const faults = servers.flatMap(({ id }) => {
    const random = root.fork(id);
    const drawn: PlannedFault[] = [];
    for (let at = 0; ; ) {
      at += Math.max(1, Math.round(random.exponential(seconds(model.mtbfSeconds))));
      const until = at + Math.max(1, Math.round(random.exponential(seconds(model.mttrSeconds))));
      if (at >= horizon) return drawn;
      drawn.push({
        id: `${id}/${drawn.length + 1}`,
        kind: 'connector crash',
        targets: [id],
        at: instant(at),
        until: instant(until),
        parameters: {},
        origin: 'crash',
      });
      at = until;
    }
  });
  return {
    ...smallPlan,
    seed: study,
    replication,
    horizon,
    topology: { ...smallPlan.topology, connectors: servers },
    workloads: [{ ...smallPlan.workloads[0]!, requestsPerSecond: model.arrivalsPerSecond }],
    faults: faults.sort((a, b) => a.at - b.at),
    faultProcesses: servers.map(({ id }) => ({
      id,
      origin: 'crash',
      meanUp: seconds(model.mtbfSeconds),
      meanDown: seconds(model.mttrSeconds),
      downDistribution: 'exponential',
      members: [{ kind: 'connector crash', targets: [id], choose: 'all', parameters: {} }],
    })),
    outcome: { ...smallPlan.outcome, deadline: seconds(1), window: seconds(1) },
    objectives: [],
  };
}

/** Simulates a plan of the model event by event; losses count at the instant they happen. */
export async function simulateQueue({ plan, range }: Job): Promise<JobResult> {
  const random = seededRandom(plan.seed).fork(`queue/${plan.replication}`);
  const first = plan.topology.connectors[0]!;
  const arrivals = plan.workloads[0]!.requestsPerSecond / 1e6;
  const service = 1 / first.demand;
  const edges = plan.faults
    .flatMap(({ at, until }) => [
      { at: at as number, up: -1 },
      { at: until ?? Number.POSITIVE_INFINITY, up: 1 },
    ])
    .sort((a, b) => a.at - b.at);
  let up = plan.topology.connectors.length;
  let queue = 0;
  let requests = 0;
  let failed = 0;
  let next = 0;
  for (let now = 0; ; ) {
    const working = Math.min(queue, up) * service;
    const at = now + random.exponential(1 / (arrivals + working));
    const edge = edges[next];
    if (edge !== undefined && edge.at <= Math.min(at, range.to)) {
      now = edge.at;
      next++;
      if (edge.up < 0 && random.next() < Math.min(queue, up) / up) {
        queue--;
        if (now >= range.from) failed++;
      }
      up += edge.up;
      continue;
    }
    now = at;
    if (now >= range.to) break;
    if (random.next() * (arrivals + working) >= arrivals) queue--;
    else {
      const counts = now >= range.from;
      if (counts) requests++;
      if (queue < first.maxQueue) queue++;
      else if (counts) failed++;
    }
  }
  const tally = { ...emptyTally, requests, ok: requests - failed, failed };
  return { tally, eventHash: `${requests} ${failed} ${queue}` };
}

/** Expected losses over expected requests in [0, horizon), all servers up and the queue empty at 0. */
export function modelUnavailability(model: QueueModel): number {
  const { servers, places, arrivalsPerSecond: arrive, servicesPerSecond: serve } = model;
  const size = (servers + 1) * (places + 1);
  const state = (up: number, queue: number): number => up * (places + 1) + queue;
  const rates = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  const loss = new Array<number>(size).fill(0);
  const add = (from: number, to: number, rate: number): void => {
    rates[from]![to]! += rate;
    rates[from]![from]! -= rate;
  };
  for (let up = 0; up <= servers; up++) {
    for (let queue = 0; queue <= places; queue++) {
      const here = state(up, queue);
      const busy = Math.min(up, queue);
      if (queue < places) add(here, state(up, queue + 1), arrive);
      else loss[here]! += arrive;
      if (busy > 0) {
        add(here, state(up, queue - 1), busy * serve);
        add(here, state(up - 1, queue - 1), busy / model.mtbfSeconds);
        loss[here]! += busy / model.mtbfSeconds;
      }
      if (up > busy) add(here, state(up - 1, queue), (up - busy) / model.mtbfSeconds);
      if (up < servers) add(here, state(up + 1, queue), (servers - up) / model.mttrSeconds);
    }
  }
  const start = new Array<number>(size).fill(0);
  start[state(servers, 0)] = 1;
  const stationary = solveLeft(rates, new Array<number>(size).fill(0), 1);
  const head = stationary.map((p, i) => p - start[i]!);
  // ∫ (π(t) − π) dt from the start state: y Q = π − π(0), y 1 = 0; the horizon is many relaxation times long.
  const deviation = solveLeft(rates, head, 0);
  const lost = loss.reduce((sum, r, i) => sum + r * (stationary[i]! * model.horizonSeconds + deviation[i]!), 0);
  return lost / (arrive * model.horizonSeconds);
}

/** The row vector y with y Q = right and Σ y = sum (replaces one redundant equation). Gaussian elimination, pivoted. */
function solveLeft(rates: readonly number[][], right: readonly number[], sum: number): number[] {
  const n = rates.length;
  const rows = Array.from({ length: n }, (_, j) => [...rates.map((row) => row[j]!), right[j]!]);
  rows[n - 1] = [...new Array<number>(n).fill(1), sum];
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column; i < n; i++) if (Math.abs(rows[i]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = i;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let i = 0; i < n; i++) {
      if (i === column) continue;
      const factor = rows[i]![column]! / rows[column]![column]!;
      if (factor !== 0) for (let j = column; j <= n; j++) rows[i]![j]! -= factor * rows[column]![j]!;
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}
