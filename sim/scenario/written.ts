import type { Behaviour } from '../../proxy/policy/behaviour.ts';
import { externalPathOf } from '../plan/external-path.ts';
import type { ApplicationPlan, LinkPlan, WorkloadPlan } from '../plan/plan.ts';
import { formatByteRate, formatDuration, formatShare } from '../plan/quantities.ts';
import type { LiveForm, Scenario, ScenarioGroup, ScenarioSite, SweepAxis } from '../plan/scenario.ts';
import type { ScenarioInput } from './schema.ts';
import { writtenFaults } from './written-faults.ts';

/**
 * A scenario as it could have been written with nothing left to defaults. Reading it gives the same scenario, with the same
 * digest: that law is how `explain` can promise that it shows everything.
 */
export function writtenScenario(scenario: Scenario): ScenarioInput {
  const { run, topology, throttle, prices, directory, behaviour, live } = scenario;
  const written: ScenarioInput = {
    name: scenario.name,
    description: scenario.description,
    run: {
      duration: formatDuration(run.duration),
      replications: run.replications,
      precision: formatShare(run.precision),
      confidence: formatShare(run.confidence),
      seed: run.seed,
      timeScale: run.timeScale,
      scaleTimeouts: [...run.scaledTimeouts],
    },
    topology: {
      instances: topology.instances,
      frontDoor: {
        probeInterval: formatDuration(topology.frontDoor.probeInterval),
        unhealthyAfter: formatDuration(topology.frontDoor.unhealthyAfter),
      },
      userLink: linkOf(topology.userLink),
      tokenLink: linkOf(topology.tokenLink),
      sites: byId(topology.sites, siteOf),
      connectorGroups: byId(topology.groups, groupOf),
    },
    throttle: throttle ?? 'none',
    applications: byId(scenario.applications, applicationOf),
    identity: identityOf(scenario),
    behaviour: behaviour.name,
    behaviours: Object.fromEntries(scenario.behaviours.map((record) => [record.name, behaviourRecord(record)])),
    workload: byId(scenario.workloads, workloadOf),
    faults: writtenFaults(scenario.faults),
    objectives: objectivesOf(scenario),
    sweep: sweepOf(scenario.sweep),
  };
  if (directory !== null) {
    const { ticketLife, issueTime, negativeCache } = directory;
    written.directory = {
      controllers: directory.controllers,
      ticketLife: formatDuration(ticketLife),
      issueTime: formatDuration(issueTime),
      negativeCache: formatDuration(negativeCache),
    };
  }
  if (prices !== null) written.prices = { ...prices };
  if (live !== null) written.live = liveOf(live);
  return written;
}

const byId = <T extends { readonly id: string }, W>(items: readonly T[], write: (item: T) => W): Record<string, W> =>
  Object.fromEntries(items.map((item) => [item.id, write(item)]));

const linkOf = ({ latency, jitter, bytesPerSecond }: LinkPlan) => ({
  latency: formatDuration(latency),
  jitter: formatDuration(jitter),
  bandwidth: bytesPerSecond === null ? null : formatByteRate(bytesPerSecond),
});

const siteOf = ({ serviceLink, backendLink, egress }: ScenarioSite) => ({
  link: linkOf(serviceLink),
  backendLink: linkOf(backendLink),
  egress,
});

function groupOf({ connectors, machine }: ScenarioGroup) {
  const { restartDelay, reconnect, demandDistribution, ...rest } = machine;
  return {
    connectors: Object.fromEntries(connectors.map(({ site, count }) => [site, count])),
    ...rest,
    demand: demandDistribution,
    restartDelay: formatDuration(restartDelay),
    reconnect: { base: formatDuration(reconnect.base), cap: formatDuration(reconnect.cap) },
  };
}

function applicationOf({ id: _, backend, backendTimeout, ...rest }: ApplicationPlan) {
  return {
    ...rest,
    externalPath: externalPathOf(rest),
    backendTimeout: formatDuration(backendTimeout),
    backend: {
      latency: formatDuration(backend.latency),
      distribution: backend.latencyDistribution,
      responseBytes: backend.responseBytes,
    },
  };
}

function workloadOf(workload: WorkloadPlan): ScenarioInput['workload'][string] {
  const { id: _, clientRetries, clientRetryDelay, clientRetryBudget, method, ...rest } = workload;
  return {
    ...rest,
    method: method as 'GET',
    retries: {
      attempts: clientRetries,
      delay: formatDuration(clientRetryDelay),
      budget: clientRetryBudget === null ? 'none' : formatShare(clientRetryBudget),
    },
  };
}

function identityOf({ identity }: Scenario) {
  const { sessionLife, exchangeTime, exchangeTimeout, keysCachedFor, keysStaleFor, ...switches } = identity;
  const [from, to] = [formatDuration(sessionLife.from), formatDuration(sessionLife.to)];
  return {
    accessTokenLifetime: from === to ? from : `${from}-${to}`,
    exchangeTime: formatDuration(exchangeTime),
    exchangeTimeout: formatDuration(exchangeTimeout),
    ...switches,
    keys: { cachedFor: formatDuration(keysCachedFor), serveStaleFor: formatDuration(keysStaleFor) },
  };
}

/** A whole record over `documented`, so that nothing is inherited silently. */
function behaviourRecord(behaviour: Behaviour) {
  const { detection, queue, retry, ejection } = behaviour;
  const orNever = (span: Behaviour['slowStart'] | undefined) => (span === undefined ? 'never' : formatDuration(span));
  return {
    base: 'documented' as const,
    balancer: behaviour.balancer,
    detection: {
      onClose: detection.onClose,
      pingInterval: formatDuration(detection.pingInterval),
      suspectAfter: orNever(detection.suspectAfter),
      deadAfter: orNever(detection.deadAfter),
    },
    connectorWait: formatDuration(behaviour.connectorWait),
    queue: { perApplication: queue.perApplication, timeout: formatDuration(queue.timeout) },
    retry: {
      attempts: retry.attempts,
      budget: retry.budgetRatio === undefined ? 'none' : formatShare(retry.budgetRatio),
      burst: retry.burst,
    },
    ejection:
      ejection === undefined
        ? ('off' as const)
        : {
            consecutiveFailures: ejection.consecutiveFailures,
            baseSpan: formatDuration(ejection.baseSpan),
            maxSpan: formatDuration(ejection.maxSpan),
            maxShare: formatShare(ejection.maxShare),
          },
    slowStart: formatDuration(behaviour.slowStart),
  };
}

function objectivesOf({ outcome, objectives }: Scenario): NonNullable<ScenarioInput['objectives']> {
  const latency = objectives.flatMap((one) =>
    one.kind === 'latency' ? [[one.name.replace('latency ', ''), formatDuration(one.limit)] as const] : [],
  );
  const availability = objectives.find((one) => one.kind === 'availability');
  const recovery = objectives.find((one) => one.kind === 'recovery');
  return {
    deadline: formatDuration(outcome.deadline),
    window: {
      length: formatDuration(outcome.window),
      minRequests: outcome.minRequests,
      upShare: formatShare(outcome.upShare),
    },
    ...(availability && { availability: { atLeast: formatShare(availability.limit), basis: availability.basis } }),
    ...(latency.length > 0 && { latency: Object.fromEntries(latency) }),
    ...(recovery && { recovery: { within: formatDuration(recovery.limit) } }),
  };
}

const sweepOf = (sweep: readonly SweepAxis[]) =>
  Object.fromEntries(sweep.map(({ axis, values }) => [axis, [...values]]));

function liveOf(live: LiveForm): NonNullable<ScenarioInput['live']> {
  const { duration, timeScale, requestsPerSecond, replications, faults, sweep } = live;
  return {
    ...(duration !== null && { duration: formatDuration(duration) }),
    ...(timeScale !== null && { timeScale }),
    ...(requestsPerSecond !== null && { requestsPerSecond }),
    ...(replications !== null && { replications }),
    ...(faults !== null && { faults: writtenFaults(faults) }),
    ...(sweep !== null && { sweep: sweepOf(sweep) }),
  };
}
