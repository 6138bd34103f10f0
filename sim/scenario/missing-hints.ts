import { type Problem, type ProblemPath, valueAt } from './problem.ts';

type Data = Readonly<Record<string, unknown>>;

const data = (value: unknown): Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Data) : {};

/** Codes of problems about something that is not there, or is there and empty. */
const missing: ReadonlySet<string> = new Set(['ERR_SCENARIO_MISSING', 'ERR_SCENARIO_EMPTY', 'ERR_SCENARIO_TYPE']);

/**
 * For problems about something that is not there, a hint that says what to write, with the names that the rest of the
 * scenario uses. Others are returned as they are.
 */
export function withHints(problems: readonly Problem[], input: unknown): readonly Problem[] {
  return problems.map((one) => {
    const value = valueAt(input, one.path);
    const absent = value === undefined || value === null || one.code === 'ERR_SCENARIO_EMPTY';
    const wrongKind = one.code === 'ERR_SCENARIO_TYPE' && one.hint === '';
    const hint = (missing.has(one.code) && absent) || wrongKind ? writtenFor(one.path, input) : '';
    return hint === '' ? one : { ...one, hint };
  });
}

function writtenFor(path: ProblemPath, input: unknown): string {
  const names = namesIn(input);
  const at = path.map(String);
  const [, second, third] = at;
  const group = `{ connectors: { ${names.site}: 2 } }`;
  switch (shapeOf(at)) {
    case '':
      return [
        'the least that is a scenario: { name: first',
        `topology: { sites: { ${names.site}: {} }, connectorGroups: { ${names.group}: ${group} } }`,
        `applications: { ${names.application}: { group: ${names.group} } }`,
        `workload: { users: { application: ${names.application}, requestsPerSecond: 10 } } }`,
      ].join(', ');
    case 'objectives':
      return 'write objectives: { availability: { atLeast: 99.9% } }';
    case 'objectives.availability':
      return 'write availability: { atLeast: 99.9% }';
    case 'objectives.latency':
      return 'write latency: { p99: 2s }';
    case 'objectives.recovery':
      return 'write recovery: { within: 30s }';
    case 'topology':
      return `write topology: { sites: { ${names.site}: {} }, connectorGroups: { ${names.group}: ${group} } }`;
    case 'topology.sites':
      return `write sites: { ${names.site}: {} }`;
    case 'topology.connectorGroups':
      return `write connectorGroups: { ${names.group}: ${group} }`;
    case 'topology.connectorGroups.*':
      return `write ${third}: ${group}`;
    case 'topology.connectorGroups.*.connectors':
      return `write connectors: { ${names.site}: 2 }, the number at each site`;
    case 'applications':
      return `write applications: { ${names.application}: { group: ${names.group} } }`;
    case 'applications.*':
      return `write ${second}: { group: ${names.group} }${choice('connector groups', names.groups)}`;
    case 'applications.*.group':
      return names.groups.length === 0
        ? `write group: ${names.group}, and connectorGroups: { ${names.group}: ${group} } in topology`
        : `write group: ${likely(second, names.groups)}${choice('connector groups', names.groups)}`;
    case 'workload':
      return `write workload: { users: { application: ${names.application}, requestsPerSecond: 10 } }`;
    case 'workload.*':
      return `write ${second}: { application: ${names.application}, requestsPerSecond: 10 }`;
    case 'workload.*.application':
      return `write application: ${likely(second, names.applications) || names.application}${choice('applications', names.applications)}`;
    case 'workload.*.requestsPerSecond':
      return 'write requestsPerSecond: 10, the load of all its users together';
    default:
      return '';
  }
}

/** The path with names left out: `applications.*.group`. */
function shapeOf(at: readonly string[]): string {
  const [first, second] = at;
  if (first === 'objectives') return at.join('.');
  const named = first === 'topology' ? (second === 'connectorGroups' ? 2 : -1) : 1;
  return at.map((step, index) => (index === named ? '*' : step)).join('.');
}

const likely = (wanted: string | undefined, known: readonly string[]): string =>
  known.find((name) => name === wanted) ?? known[0] ?? '';

/** `; the connector groups are shop, mail`, when there is a choice. */
const choice = (what: string, known: readonly string[]): string =>
  known.length < 2 ? '' : `; the ${what} are ${known.slice(0, 12).join(', ')}${known.length > 12 ? ', …' : ''}`;

interface Names {
  /** The first of each kind, or what a first one could be called. */
  readonly site: string;
  readonly group: string;
  readonly application: string;
  readonly groups: readonly string[];
  readonly applications: readonly string[];
}

/** What the scenario calls its parts already, where they are and where others refer to them. */
function namesIn(input: unknown): Names {
  const { topology, applications, workload } = data(input);
  const { sites, connectorGroups } = data(topology);
  const text = (value: unknown): string[] => (typeof value === 'string' && value !== '' ? [value] : []);
  const groups = Object.keys(data(connectorGroups));
  const used = Object.values(data(connectorGroups)).flatMap((group) => Object.keys(data(data(group)['connectors'])));
  const carried = Object.values(data(applications)).flatMap((one) => text(data(one)['group']));
  const asked = Object.values(data(workload)).flatMap((one) => text(data(one)['application']));
  const known = Object.keys(data(applications));
  return {
    site: Object.keys(data(sites))[0] ?? used[0] ?? 'paris',
    group: groups[0] ?? carried[0] ?? known[0] ?? 'main',
    application: known[0] ?? asked[0] ?? 'shop',
    groups,
    applications: known,
  };
}
