import { shippedBehaviours } from './behaviour-schema.ts';
import { suggestion } from './nearest.ts';
import { type Problem, type ProblemPath, problem } from './problem.ts';

type Data = Readonly<Record<string, unknown>>;

const isData = (value: unknown): value is Data => typeof value === 'object' && value !== null && !Array.isArray(value);
const data = (value: unknown): Data => (isData(value) ? value : {});

/**
 * Names that other parts of the scenario must define, looked up in the data as written, so that they are told together
 * with mistakes of form. What is missing or of the wrong kind is left to the schema.
 */
export function referenceProblems(input: unknown): readonly Problem[] {
  const { topology, applications, workload, behaviour, behaviours } = data(input);
  const { sites, connectorGroups } = data(topology);
  const found: Problem[] = [];
  const check = (path: ProblemPath, what: string, name: unknown, defined: unknown, key = false): void => {
    if (typeof name !== 'string' || !isData(defined) || Object.hasOwn(defined, name)) return;
    const known = Object.keys(defined);
    const hint = known.length === 0 ? `there is no ${what} yet: define "${name}" first` : suggestion(name, known);
    found.push(problem('UNKNOWN_NAME', path, `there is no ${what} "${name}"`, hint, key));
  };
  for (const [id, group] of Object.entries(data(connectorGroups))) {
    const at = ['topology', 'connectorGroups', id, 'connectors'];
    const { connectors } = data(group);
    for (const site of Object.keys(data(connectors))) check([...at, site], 'site', site, sites, true);
  }
  for (const [id, application] of Object.entries(data(applications))) {
    const { group } = data(application);
    check(['applications', id, 'group'], 'connector group', group, connectorGroups);
  }
  for (const [id, one] of Object.entries(data(workload))) {
    const { application } = data(one);
    check(['workload', id, 'application'], 'application', application, applications);
  }
  const shipped = Object.fromEntries(shippedBehaviours.map(({ name }) => [name, true]));
  check(['behaviour'], 'behaviour', behaviour, { ...shipped, ...data(behaviours) });
  return found;
}
