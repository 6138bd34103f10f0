import { seededRandom } from '../../proxy/host/random.ts';
import { faultCatalogue } from '../faults/catalogue.ts';
import { applyAxes, type CellAxes, cells } from '../plan/cells.ts';
import { FaultResolver, randomProcesses, scheduledFaults } from '../plan/fault-processes.ts';
import type { Scenario } from '../plan/scenario.ts';
import { partsOf } from '../plan/selector.ts';
import { axisCatalogue } from './axes/catalogue.ts';
import { cellDetectionProblems } from './check-detection.ts';
import { suggestion } from './nearest.ts';
import { type Problem, type ProblemPath, pathText, problem } from './problem.ts';

/** More cells than this are refused: nobody reads such a table, and a night would not run it. */
const maxCells = 500;

/** What is impossible in some cell of the sweep: values, topologies, targets. A scenario without a sweep is one cell. */
export function cellProblems(scenario: Scenario, prefix: ProblemPath): readonly Problem[] {
  const { problems: axes, scenario: possible } = axisProblems(scenario, prefix);
  const all = cells(possible);
  const found = new Map<string, { readonly first: Problem; readonly cell: CellAxes; count: number }>();
  for (const cell of all) {
    const turned = applyAxes(possible, cell);
    const detection = cellDetectionProblems(turned, scenario, cell, prefix);
    for (const one of [...problemsOfCell(turned, prefix), ...detection]) {
      const key = `${pathText(one.path)} ${one.message}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, { first: one, cell, count: 1 });
      else known.count++;
    }
  }
  const inCells = [...found.values()].map(({ first, cell, count }) =>
    count === all.length ? first : { ...first, message: `in the configuration ${cellText(cell)}: ${first.message}` },
  );
  return [...axes, ...inCells];
}

/** `connectors per site = 1, sites = 2`. */
export function cellText(cell: CellAxes): string {
  return Object.entries(cell)
    .map(([axis, value]) => `${axis} = ${value}`)
    .join(', ');
}

interface Axes {
  readonly problems: readonly Problem[];
  /** The scenario with the values that are possible: targets are looked up in those. */
  readonly scenario: Scenario;
}

function axisProblems(scenario: Scenario, prefix: ProblemPath): Axes {
  const found = scenario.sweep.flatMap(({ axis, values }) => {
    const path = [...prefix, 'sweep', axis];
    const definition = axisCatalogue.find(({ name }) => name === axis);
    // The schema has refused unknown axes; this is for scenarios that were read elsewhere.
    if (definition === undefined) {
      const known = axisCatalogue.map(({ name }) => name);
      return [problem('UNKNOWN_NAME', path, `there is no axis "${axis}"`, suggestion(axis, known), true)];
    }
    return values.flatMap((value, index) => {
      if (values.indexOf(value) !== index) {
        const hint = 'take one of them out: each value is a configuration of its own';
        return [problem('DUPLICATE', [...path, index], `${value} is there twice`, hint)];
      }
      const turned = definition.apply(scenario, value);
      return typeof turned === 'string'
        ? [problem('CELL', [...path, index], `${axis} = ${value} is impossible: ${turned}`, 'take it out of the sweep')]
        : [];
    });
  });
  const wrong = new Set(found.map(({ path }) => pathText(path)));
  const sweep = scenario.sweep
    .filter(({ axis }) => !wrong.has(pathText([...prefix, 'sweep', axis])))
    .map(({ axis, values }) => ({
      axis,
      values: values.filter((_, index) => !wrong.has(pathText([...prefix, 'sweep', axis, index]))),
    }))
    .filter(({ values }) => values.length > 0);
  const count = sweep.reduce((product, { values }) => product * values.length, 1);
  if (count <= maxCells) return { problems: found, scenario: { ...scenario, sweep } };
  const tooMany = problem(
    'CELLS',
    [...prefix, 'sweep'],
    `the sweep has ${count} configurations; at most ${maxCells} can be run`,
    'take out an axis or some values',
  );
  return { problems: [...found, tooMany], scenario: { ...scenario, sweep: [] } };
}

function problemsOfCell(cell: Scenario, prefix: ProblemPath): readonly Problem[] {
  const empty = cell.topology.groups
    .filter((group) => group.connectors.every(({ count }) => count === 0))
    .map((group) =>
      problem(
        'EMPTY_GROUP',
        ['topology', 'connectorGroups', group.id, 'connectors'],
        `the connector group "${group.id}" has no connectors`,
        'let it use a site that every configuration has',
      ),
    );
  return [...empty, ...targetProblems(cell, prefix)];
}

function targetProblems(cell: Scenario, prefix: ProblemPath): readonly Problem[] {
  const found: Problem[] = [];
  const resolver = new FaultResolver(
    partsOf(cell),
    (kind) => faultCatalogue.get(kind).acts,
    (refusal, path) => {
      const hint = refusal.known.length > 0 || refusal.wrong !== '' ? suggestion(refusal.wrong, refusal.known) : '';
      found.push(problem('TARGET', [...prefix, ...path], refusal.message, hint));
    },
  );
  scheduledFaults(cell, resolver, seededRandom('targets'));
  randomProcesses(cell, resolver);
  return found;
}
