import { externalPathOf } from '../plan/external-path.ts';
import type { Scenario } from '../plan/scenario.ts';
import { shippedBehaviours } from './behaviour-schema.ts';
import { ratedThroughput } from './capacity.ts';
import { type Problem, type ProblemPath, problem } from './problem.ts';

/** Names that are given twice, and parts that must be there at all. */
export function nameProblems(scenario: Scenario): readonly Problem[] {
  return [
    ...emptyProblems(scenario),
    ...groupProblems(scenario),
    ...applicationProblems(scenario),
    ...behaviourProblems(scenario),
    ...faultNameProblems(scenario, []),
    ...(scenario.live?.faults ? faultNameProblems({ ...scenario, faults: scenario.live.faults }, ['live']) : []),
  ];
}

function emptyProblems({ topology, applications, workloads }: Scenario): readonly Problem[] {
  const lists: ReadonlyArray<readonly [ProblemPath, number, string]> = [
    [['topology', 'sites'], topology.sites.length, 'a site'],
    [['topology', 'connectorGroups'], topology.groups.length, 'a connector group'],
    [['applications'], applications.length, 'an application'],
    [['workload'], workloads.length, 'a workload'],
  ];
  return lists
    .filter(([, count]) => count === 0)
    .map(([path, , what]) => problem('EMPTY', path, `there must be at least ${what}`));
}

function groupProblems({ topology }: Scenario): readonly Problem[] {
  return topology.groups.flatMap(({ id, connectors, machine }) => {
    const path = ['topology', 'connectorGroups', id];
    const found: Problem[] = [];
    if (connectors.every(({ count }) => count === 0)) {
      const hint = 'give it at least one connector; two are the least that survives a crash';
      found.push(
        problem('EMPTY_GROUP', [...path, 'connectors'], `the connector group "${id}" has no connectors`, hint),
      );
    }
    if (machine.requestsPerSecond === 0) {
      const hint = `documented are ${[...ratedThroughput.keys()].join(', ')} cores; for others give requestsPerSecond`;
      found.push(
        problem('CAPACITY', [...path, 'cores'], `the throughput of ${machine.cores} cores is not documented`, hint),
      );
    }
    return found;
  });
}

function applicationProblems({ applications }: Scenario): readonly Problem[] {
  const places = applications.map((one) => `${one.externalHost}${externalPathOf(one)}`);
  return applications.flatMap(({ id, externalHost, externalPath }, index) => {
    const place = places[index] ?? '';
    if (places.indexOf(place) === index) return [];
    const taken = externalPath === undefined ? `the host ${externalHost}` : place;
    const hint = `give it a host of its own, or a path of its own: externalPath: /${id.toLowerCase()}/`;
    return [problem('DUPLICATE', ['applications', id], `another application has ${taken} already`, hint)];
  });
}

function behaviourProblems({ behaviours }: Scenario): readonly Problem[] {
  const shipped = shippedBehaviours.map(({ name }) => name);
  const own = behaviours.map(({ name }) => name);
  return own
    .filter((name, index) => shipped.includes(name) || own.indexOf(name) !== index)
    .map((name) =>
      problem(
        'DUPLICATE',
        ['behaviours', name],
        `there is a behaviour "${name}" already`,
        'give it another name',
        true,
      ),
    );
}

function faultNameProblems({ faults }: Scenario, prefix: ProblemPath): readonly Problem[] {
  const lists = ['schedule', 'random', 'together'] as const;
  const named = lists.flatMap((list) =>
    faults[list].map(({ name }, index) => ({ name, path: [...prefix, 'faults', list, index, 'name'] })),
  );
  const names = named.map(({ name }) => name);
  return named
    .filter(({ name }, index) => names.indexOf(name) !== index)
    .map(({ name, path }) =>
      problem('DUPLICATE', path, `another fault is called "${name}" already`, 'give it another name'),
    );
}
