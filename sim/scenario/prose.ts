import { micros } from '../../proxy/host/units.ts';
import type { Behaviour } from '../../proxy/policy/behaviour.ts';
import { cells } from '../plan/cells.ts';
import { liveCost } from '../plan/live-cost.ts';
import { liveForm } from '../plan/live-form.ts';
import type { LinkPlan } from '../plan/plan.ts';
import { formatByteRate, formatDuration, formatShare } from '../plan/quantities.ts';
import type { Scenario } from '../plan/scenario.ts';
import { topologyOf } from '../plan/topology.ts';
import { shippedBehaviours } from './behaviour-schema.ts';
import { faultSentences } from './prose-faults.ts';
import { counted, listed, sentence, spoken } from './prose-words.ts';

/** The scenario read aloud, defaults included: paragraphs with a heading word each. */
export function scenarioProse(scenario: Scenario): string {
  const parts: ReadonlyArray<readonly [string, readonly string[]]> = [
    ['Topology', topologySentences(scenario)],
    ['Applications', applicationSentences(scenario)],
    ['Sign-in', identitySentences(scenario)],
    ['Load', workloadSentences(scenario)],
    ['Faults', faultSentences(scenario.faults)],
    ['Behaviour', behavioursOf(scenario).flatMap(behaviourSentences)],
    ['Objectives', objectiveSentences(scenario)],
    ['Run', runSentences(scenario)],
    ['Live', liveSentences(scenario)],
  ];
  const head = scenario.description === '' ? scenario.name : `${scenario.name}: ${sentence(scenario.description)}`;
  return [head, ...parts.map(([title, sentences]) => `${title}. ${sentences.join(' ')}`)].join('\n\n');
}

/** `12ms to 15ms`, `8ms at 2Mbit/s a connection`: one way, least to most. */
const linkText = ({ latency, jitter, bytesPerSecond }: LinkPlan): string =>
  `${formatDuration(latency)}${jitter > 0 ? ` to ${formatDuration(micros(latency + jitter))}` : ''}${bytesPerSecond === null ? '' : ` at ${formatByteRate(bytesPerSecond)} a connection`}`;

function topologySentences(scenario: Scenario): readonly string[] {
  const { topology, throttle } = scenario;
  const { instances, frontDoor, userLink, tokenLink, sites, groups } = topology;
  return [
    sentence(
      `${counted(instances, 'instance')} of the proxy service ${instances === 1 ? 'stands' : 'stand'} behind a front door that probes every ${spoken(frontDoor.probeInterval)} and skips a silent instance after ${spoken(frontDoor.unhealthyAfter)}`,
    ),
    sentence(`users are ${linkText(userLink)} away from it (one way), the token service ${linkText(tokenLink)}`),
    sentence(`there ${sites.length === 1 ? 'is' : 'are'} ${counted(sites.length, 'site')}`),
    ...sites.map((site) =>
      sentence(
        `site ${site.id} is ${linkText(site.serviceLink)} from the service and ${linkText(site.backendLink)} from the applications (one way), and leaves through egress ${site.egress}`,
      ),
    ),
    ...groups.map(({ id, connectors, machine }) => {
      const where = connectors.map(
        ({ site, count }) => `${counted(count, 'connector')} at ${site}${connectorNames(scenario, id, site)}`,
      );
      return sentence(
        `connector group ${id}: ${listed(where)}; each has ${counted(machine.cores, 'core')} and carries ${machine.requestsPerSecond} requests a second, ${machine.maxConcurrent} at once (${machine.demandDistribution} processor time, at most ${machine.maxQueue} waiting), keeps ${counted(machine.tunnels, 'tunnel')}, is up ${spoken(machine.restartDelay)} after a restart and dials a lost tunnel again after ${spoken(machine.reconnect.base)}, doubling up to ${spoken(machine.reconnect.cap)}`,
      );
    }),
    throttle === null
      ? 'The service does not throttle.'
      : `The service throttles at ${throttle.perApplication} requests a second per application and ${throttle.tenant} in all${instances === 1 ? '' : `, of which each of the ${instances} instances has an equal share (an assumption: how instances count together is not documented)`}.`,
  ];
}

/** Where several groups name a site, even with no connector, theirs take turns in number, and a target names them by it. */
function connectorNames(scenario: Scenario, group: string, site: string): string {
  const groups = scenario.topology.groups.filter(({ connectors }) => connectors.some((one) => one.site === site));
  if (groups.length < 2) return '';
  const names = topologyOf(scenario)
    .connectors.filter((one) => one.site === site && one.group === group)
    .map(({ id }) => id.slice('connector/'.length));
  return names.length === 0 ? '' : ` (${names.length > 4 ? `${names.slice(0, 3).join(', ')}, …` : listed(names)})`;
}

function applicationSentences({ applications, directory }: Scenario): readonly string[] {
  const sentences = applications.map(({ id, externalHost, externalPath = '', group, backend, ...application }) =>
    sentence(
      `application ${id} (${externalHost}${externalPath}) belongs to group ${group}, ${application.preAuthentication === 'pass-through' ? 'lets everybody pass' : 'asks for sign-in'}${application.singleSignOn === 'kerberos' ? ' and gets Kerberos tickets' : ''}; its backend takes ${backend.latencyDistribution === 'constant' ? formatDuration(backend.latency) : `${formatDuration(backend.latency)} on average (${backend.latencyDistribution})`}, answers with ${backend.responseBytes} bytes and is given up after ${spoken(application.backendTimeout)}`,
    ),
  );
  if (directory === null) return sentences;
  const { controllers, ticketLife, issueTime, negativeCache } = directory;
  return [
    ...sentences,
    `The directory has ${counted(controllers, 'controller')}; a ticket takes ${formatDuration(issueTime)}, lives ${spoken(ticketLife)}, and a failure is remembered for ${spoken(negativeCache)}.`,
  ];
}

function identitySentences({ identity }: Scenario): readonly string[] {
  const { from, to } = identity.sessionLife;
  const life = from === to ? spoken(from) : `${spoken(from)} to ${spoken(to)}`;
  return [
    `Sessions live ${life}.`,
    identity.startInEquilibrium ? 'Users arrive with sessions of every age.' : 'Nobody has a session at the start.',
    identity.signInAgain
      ? 'A user whose session has ended signs in again.'
      : 'A user whose session has ended stays away.',
    `An exchange with the token service takes ${formatDuration(identity.exchangeTime)} and is given up after ${spoken(identity.exchangeTimeout)}; signing keys are cached for ${spoken(identity.keysCachedFor)}${identity.keysStaleFor > 0 ? ` and used for ${spoken(identity.keysStaleFor)} more while none can be fetched` : ''}.`,
  ];
}

function workloadSentences({ workloads }: Scenario): readonly string[] {
  return workloads.map((load) => {
    const budget =
      load.clientRetryBudget === null
        ? 'without a limit on their share'
        : `but at most ${formatShare(load.clientRetryBudget)} of requests`;
    const retries =
      load.clientRetries === 0
        ? 'nobody tries again'
        : `failed ones are tried again up to ${counted(load.clientRetries, 'time')}, after ${spoken(load.clientRetryDelay)} each, ${budget}`;
    return sentence(
      `workload ${load.id}: ${counted(load.users, 'user')} send ${load.requestsPerSecond} ${load.method} ${load.requestsPerSecond === 1 ? 'request' : 'requests'} a second to ${load.application} (${load.arrivals === 'poisson' ? 'Poisson' : load.arrivals} arrivals, ${load.requestBytes === 0 ? 'no body' : `bodies of ${load.requestBytes} bytes`}); ${retries}`,
    );
  });
}

/** The one that holds, or all that a sweep compares. */
function behavioursOf({ behaviour, behaviours, sweep }: Scenario): readonly Behaviour[] {
  const swept = sweep.find(({ axis }) => axis === 'behaviour')?.values ?? [behaviour.name];
  return [...shippedBehaviours, ...behaviours].filter(({ name }) => swept.includes(name));
}

function behaviourSentences(behaviour: Behaviour): readonly string[] {
  const { detection, retry, ejection, queue } = behaviour;
  const dead = detection.deadAfter === undefined ? 'never given up' : `given up after ${spoken(detection.deadAfter)}`;
  const suspect =
    detection.suspectAfter === undefined ? '' : `spared new requests after ${spoken(detection.suspectAfter)} and `;
  return [
    sentence(
      `the record "${behaviour.name}" chooses a connector ${behaviour.balancer === 'random' ? 'at random' : 'as the better of two by latency and load (P2C with peak EWMA)'}`,
    ),
    `Heartbeats every ${spoken(detection.pingInterval)}; a silent connector is ${suspect}${dead}; a closed tunnel counts ${detection.onClose ? 'at once' : 'only by its silence'}.`,
    `A request waits up to ${spoken(behaviour.connectorWait)} when there is no connector and up to ${spoken(queue.timeout)} when all are busy; at most ${queue.perApplication} wait per application.`,
    retry.attempts === 0
      ? 'The service retries nothing.'
      : `The service retries a request up to ${counted(retry.attempts, 'time')}${retry.budgetRatio === undefined ? '' : `, and at most ${formatShare(retry.budgetRatio)} of requests`}.`,
    ejection === undefined
      ? 'No connector is set aside for failing.'
      : `A connector is set aside (ejected) after ${counted(ejection.consecutiveFailures, 'failure')} in a row, for ${spoken(ejection.baseSpan)} to ${spoken(ejection.maxSpan)}, at most ${formatShare(ejection.maxShare)} of a group.`,
    behaviour.slowStart === 0
      ? 'A returning connector gets its full share at once.'
      : `A returning connector gets its share over ${spoken(behaviour.slowStart)}.`,
  ];
}

function objectiveSentences({ objectives, outcome }: Scenario): readonly string[] {
  const asked = objectives.map((one) => {
    if (one.kind === 'availability')
      return `${formatShare(one.limit)} ${one.basis === 'time' ? 'of the time up' : 'of requests served'}`;
    if (one.kind === 'latency') return `${one.name.replace('latency ', '')} within ${formatDuration(one.limit)}`;
    return `recovery within ${spoken(one.limit)}`;
  });
  return [
    asked.length === 0 ? 'Nothing is asked for.' : `We ask for ${listed(asked)}.`,
    `A request is ok when the application’s own answer came within ${spoken(outcome.deadline)}; a window of ${spoken(outcome.window)} with at least ${outcome.minRequests} requests is up when ${formatShare(outcome.upShare)} of them are ok.`,
  ];
}

function runSentences(scenario: Scenario): readonly string[] {
  const { run, sweep, prices } = scenario;
  const { min, max } = run.replications;
  const count = cells(scenario).length;
  return [
    `Each replication covers ${spoken(run.duration)}; ${min === max ? `there ${min === 1 ? 'is one' : `are ${min}`} of them` : `${min} to ${max} of them, until every objective is decided or the unavailability is known to within ${formatShare(run.precision)} of itself`}, at ${formatShare(run.confidence)} confidence, from seed "${run.seed}".`,
    ...(run.timeScale === 1 ? [] : [`Policy durations are divided by ${run.timeScale}.`]),
    ...(run.scaledTimeouts.length === 0 ? [] : [`So are ${listed(run.scaledTimeouts)}.`]),
    ...sweep.map(({ axis, values }) => `We vary ${axis}: ${listed(values.map(String))}.`),
    ...(sweep.length === 0 ? [] : [`That makes ${counted(count, 'configuration')}.`]),
    prices === null
      ? 'The cheapest configuration is the one with the fewest connectors, then sites.'
      : `Prices: connector ${prices.connector}, site ${prices.site}, instance ${prices.instance}.`,
  ];
}

function liveSentences(scenario: Scenario): readonly string[] {
  const { live } = scenario;
  if (live === null) return ['A live run is as above, without a stopping rule.', liveCostSentence(scenario)];
  const changes = [
    live.duration === null ? [] : [`each replication covers ${spoken(live.duration)}`],
    live.timeScale === null ? [] : [`policy durations are divided by ${live.timeScale}`],
    live.requestsPerSecond === null ? [] : [`the load is ${live.requestsPerSecond} requests a second`],
    live.replications === null
      ? []
      : [`there ${live.replications === 1 ? 'is' : 'are'} ${counted(live.replications, 'replication')}`],
    (live.sweep ?? []).map(
      ({ axis, values }) => `${axis} ${values.length === 1 ? 'is' : 'are'} ${listed(values.map(String))}`,
    ),
  ].flat();
  return [
    ...(changes.length === 0 ? [] : [sentence(listed(changes))]),
    ...(live.faults === null ? [] : faultSentences(live.faults)),
    liveCostSentence(scenario),
  ];
}

/** How long somebody who runs it live will wait. */
function liveCostSentence(scenario: Scenario): string {
  const { replications, each, all } = liveCost(liveForm(scenario));
  const many = replications === 1 ? '' : ` of ${spoken(each)}, one after the other`;
  return sentence(`that is ${counted(replications, 'live replication')}${many}: at least ${spoken(all)}`);
}
