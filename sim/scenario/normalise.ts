import { micros } from '../../proxy/host/units.ts';
import type { ApplicationPlan, DirectoryPlan, LinkPlan, ObjectivePlan, WorkloadPlan } from '../plan/plan.ts';
import type { Prices, RunRules, Scenario, ScenarioGroup, ScenarioSite } from '../plan/scenario.ts';
import { type BehaviourDeviations, behaviourOf, shippedBehaviours } from './behaviour-schema.ts';
import { ratedThroughput } from './capacity.ts';
import { directorySchema } from './identity-schema.ts';
import { type FaultsOutput, faultsOf } from './normalise-faults.ts';
import { objectivesSchema, quantiles } from './objective-schema.ts';
import type { ScenarioOutput } from './schema.ts';

type Swept = Readonly<Record<string, ReadonlyArray<string | number> | undefined>> | undefined;
type Written = { readonly sweep?: Swept; readonly live?: { readonly sweep?: Swept } | undefined };

const linkOf = (link: {
  latency: LinkPlan['latency'];
  jitter: LinkPlan['jitter'];
  bandwidth: number | null;
}): LinkPlan => ({
  latency: link.latency,
  jitter: link.jitter,
  bytesPerSecond: link.bandwidth,
});

/** Axes in the order written, values as written (the schema has read them as numbers). */
const sweepOf = (sweep: Swept) =>
  Object.entries(sweep ?? {}).flatMap(([axis, values]) => (values === undefined ? [] : [{ axis, values }]));

/**
 * From the written shape to the contract: mappings become lists in written order, absent becomes null. `written` is the
 * data before reading. Names are not checked here.
 */
export function normalise(output: ScenarioOutput, written: Written): Scenario {
  const { topology, objectives } = output;
  const { behaviour, behaviours } = behavioursOf(output);
  return {
    name: output.name,
    description: output.description,
    run: runOf(output.run),
    topology: {
      instances: topology.instances,
      frontDoor: topology.frontDoor,
      userLink: linkOf(topology.userLink),
      tokenLink: linkOf(topology.tokenLink),
      sites: Object.entries(topology.sites).map(([id, site]) => siteOf(id, site)),
      groups: Object.entries(topology.connectorGroups).map(([id, group]) => groupOf(id, group)),
    },
    throttle: output.throttle === 'none' ? null : output.throttle,
    applications: Object.entries(output.applications).map(([id, application]) => applicationOf(id, application)),
    identity: identityOf(output.identity),
    directory: directoryOf(output),
    behaviour,
    behaviours,
    workloads: Object.entries(output.workload).map(([id, workload]) => workloadOf(id, workload)),
    faults: faultsOf(output.faults),
    outcome: {
      deadline: objectives.deadline,
      window: objectives.window.length,
      minRequests: objectives.window.minRequests,
      upShare: objectives.window.upShare,
    },
    objectives: objectivesOf(objectives),
    sweep: sweepOf(written.sweep),
    prices: (output.prices as Prices | undefined) ?? null,
    live: liveOf(output.live, written.live),
  };
}

function runOf(run: ScenarioOutput['run']): RunRules {
  const { replications, seed, scaleTimeouts, ...rest } = run;
  return {
    ...rest,
    replications: typeof replications === 'number' ? { min: replications, max: replications } : replications,
    seed: String(seed),
    scaledTimeouts: scaleTimeouts,
  };
}

function siteOf(id: string, site: ScenarioOutput['topology']['sites'][string]): ScenarioSite {
  return { id, serviceLink: linkOf(site.link), backendLink: linkOf(site.backendLink), egress: site.egress ?? id };
}

function groupOf(id: string, group: ScenarioOutput['topology']['connectorGroups'][string]): ScenarioGroup {
  const { connectors, demand, requestsPerSecond, ...machine } = group;
  return {
    id,
    connectors: Object.entries(connectors).map(([site, count]) => ({ site, count })),
    machine: {
      ...machine,
      // Zero stands for "not documented for this many cores"; checking names it as a problem.
      requestsPerSecond: requestsPerSecond ?? ratedThroughput.get(group.cores) ?? 0,
      demandDistribution: demand,
    },
  };
}

function applicationOf(id: string, application: ScenarioOutput['applications'][string]): ApplicationPlan {
  const { backend, externalHost, externalPath = '/', ...rest } = application;
  return {
    id,
    ...rest,
    externalHost: externalHost ?? `${id.toLowerCase().replace(/_/g, '-')}.example.com`,
    ...(externalPath === '/' ? {} : { externalPath }),
    backend: {
      latency: backend.latency,
      latencyDistribution: backend.distribution,
      responseBytes: backend.responseBytes,
    },
  };
}

function identityOf({ accessTokenLifetime, keys, ...rest }: ScenarioOutput['identity']) {
  return {
    ...rest,
    sessionLife: { from: micros(accessTokenLifetime.from), to: micros(accessTokenLifetime.to) },
    keysCachedFor: keys.cachedFor,
    keysStaleFor: keys.serveStaleFor,
  };
}

function directoryOf(output: ScenarioOutput): DirectoryPlan | null {
  if (output.directory !== undefined) return output.directory;
  const needed = Object.values(output.applications).some((application) => application.singleSignOn === 'kerberos');
  return needed ? directorySchema.parse({}) : null;
}

function workloadOf(id: string, workload: ScenarioOutput['workload'][string]): WorkloadPlan {
  const { retries, users, ...rest } = workload;
  return {
    id,
    ...rest,
    users: users ?? Math.max(1, Math.round(workload.requestsPerSecond * 10)),
    clientRetries: retries.attempts,
    clientRetryDelay: retries.delay,
    clientRetryBudget: retries.budget === 'none' ? null : retries.budget,
  };
}

/** A name that no record has gives the documented record with that name; checking names it as a problem. */
function behavioursOf({ behaviour, behaviours }: ScenarioOutput) {
  const own = Object.entries(behaviours).map(([name, record]) => behaviourOf(name, record));
  if (typeof behaviour === 'string') {
    const known = [...shippedBehaviours, ...own].find((record) => record.name === behaviour);
    return { behaviour: known ?? behaviourOf(behaviour, { base: 'documented' }), behaviours: own };
  }
  const { name, ...deviations } = behaviour;
  const inline = behaviourOf(name, deviations as BehaviourDeviations);
  return { behaviour: inline, behaviours: [...own, inline] };
}

function objectivesOf(objectives: ScenarioOutput['objectives']): readonly ObjectivePlan[] {
  const { latency, recovery } = objectives;
  const asksElse = recovery !== undefined || Object.values(latency ?? {}).some((limit) => limit !== undefined);
  const usual = asksElse ? undefined : objectivesSchema.parse(undefined).availability;
  const availability = objectives.availability ?? usual;
  const list: ObjectivePlan[] = [];
  if (availability !== undefined) {
    const { basis, atLeast } = availability;
    list.push({
      name: basis === 'time' ? 'availability by time' : 'availability',
      kind: 'availability',
      basis,
      limit: atLeast,
    });
  }
  for (const [name, quantile] of Object.entries(quantiles)) {
    const limit = latency?.[name as keyof typeof quantiles];
    if (limit !== undefined) list.push({ name: `latency ${name}`, kind: 'latency', quantile, limit });
  }
  if (recovery !== undefined) list.push({ name: 'recovery', kind: 'recovery', limit: recovery.within });
  return list;
}

function liveOf(live: ScenarioOutput['live'], written: Written['live']): Scenario['live'] {
  if (live === undefined) return null;
  return {
    duration: live.duration ?? null,
    timeScale: live.timeScale ?? null,
    requestsPerSecond: live.requestsPerSecond ?? null,
    replications: live.replications ?? null,
    faults: live.faults === undefined ? null : faultsOf(live.faults as FaultsOutput),
    sweep: live.sweep === undefined ? null : sweepOf(written?.sweep),
  };
}
