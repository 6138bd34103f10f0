import type { TargetKind } from '../faults/fault.ts';
import type { Scenario } from './scenario.ts';
import { topologyOf } from './topology.ts';

/**
 * What a target may say: `connector paris/1`, `every connector`, `one connector`, and the same for site, group, egress,
 * service (an instance) and application; `token-service`; `directory`.
 */
const targetNouns = ['connector', 'site', 'group', 'egress', 'service', 'application'] as const;
type Noun = (typeof targetNouns)[number];

/** Parts of one cell by noun; `connectors` says which connectors stand behind each. */
export interface Parts {
  readonly names: Readonly<Record<Noun, readonly string[]>>;
  connectorsBehind(noun: Noun, name: string): readonly string[];
  readonly directory: boolean;
}

export function partsOf(scenario: Scenario): Parts {
  const { connectors, sites, groups, instances } = topologyOf(scenario);
  const idOf = (connector: { id: string }): string => connector.id.slice('connector/'.length);
  const belongs: Readonly<Record<Noun, (name: string) => (typeof connectors)[number][]>> = {
    connector: (name) => connectors.filter((connector) => idOf(connector) === name),
    site: (name) => connectors.filter((connector) => connector.site === name),
    group: (name) => connectors.filter((connector) => connector.group === name),
    egress: (name) => connectors.filter((connector) => connector.egress === name),
    service: () => [],
    application: () => [],
  };
  return {
    names: {
      connector: connectors.map(idOf),
      site: sites.map((site) => site.id),
      group: groups.map((group) => group.id),
      egress: [...new Set(scenario.topology.sites.map((site) => site.egress))],
      service: instances.map((instance) => instance.id.slice('service/'.length)),
      application: scenario.applications.map((application) => application.id),
    },
    connectorsBehind: (noun, name) => belongs[noun](name).map((connector) => connector.id),
    directory: scenario.directory !== null,
  };
}

/** One thing that a selector speaks of and what a fault of it hits: itself, or all connectors of the place that it is. */
export interface Aim {
  /** `connector/paris/1`, `site/paris`, `token-service`. */
  readonly id: string;
  /** Never empty. */
  readonly targets: readonly string[];
}

export type Resolved =
  | {
      readonly ok: true;
      /** Of all aims together. */
      readonly targets: readonly string[];
      /** Never empty; of `every …` and `one …` one each. */
      readonly aims: readonly Aim[];
      readonly choose: 'all' | 'one';
    }
  /** `wrong` and `known` serve a suggestion; both empty where there is nothing to suggest. */
  | { readonly ok: false; readonly message: string; readonly wrong: string; readonly known: readonly string[] };

const found = (aims: readonly Aim[], choose: 'all' | 'one' = 'all'): Resolved => ({
  ok: true,
  targets: aims.flatMap(({ targets }) => targets),
  aims,
  choose,
});

const itself = (id: string): Aim => ({ id, targets: [id] });

const refuse = (message: string, wrong = '', known: readonly string[] = []): Resolved => ({
  ok: false,
  message,
  wrong,
  known,
});

/** Which nouns a fault of this kind takes; those in front are its own, those behind stand for their connectors. */
const nounsFor: Readonly<Record<TargetKind, readonly Noun[]>> = {
  connector: ['connector', 'site', 'group', 'egress'],
  instance: ['service'],
  site: ['site'],
  egress: ['egress'],
  application: ['application'],
  link: ['connector', 'service', 'site', 'group', 'egress'],
  'token-service': [],
  directory: [],
};

const targetOf = (noun: Noun, name: string): string => `${noun}/${name}`;

/**
 * The targets that `selector` names for a fault that acts on `acts`; null where the fault can act on one thing only.
 * Never empty when ok.
 */
export function resolveSelector(selector: string | null, acts: TargetKind, parts: Parts): Resolved {
  const words = (selector ?? '')
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  const single = words.length === 1 ? words[0] : undefined;
  if (acts === 'token-service' || acts === 'directory') {
    if (selector !== null && single !== acts) return refuse(`this fault acts on the ${acts} alone`, selector, [acts]);
    if (acts === 'directory' && !parts.directory) return refuse('the scenario has no directory');
    return found([itself(acts)]);
  }
  if (acts === 'link' && single === 'token-service') return found([itself('token-service')]);
  const nouns = nounsFor[acts];
  const own = nouns[0];
  if (selector === null) {
    const only = own === undefined ? [] : parts.names[own];
    if (own === 'application' && only.length === 1) return found([itself(targetOf(own, only[0] ?? ''))]);
    return refuse(`name a target, for example "every ${own}" or "${own} ${only[0] ?? '…'}"`);
  }
  const [first = '', second = '', ...more] = words;
  if (more.length > 0 || second === '') {
    return refuse(
      `"${selector}" is no selector`,
      selector,
      nouns.flatMap((noun) => [`every ${noun}`, `one ${noun}`]),
    );
  }
  return first === 'every' || first === 'one'
    ? resolveQuantity(first, second, nouns, parts)
    : resolveName(first, second, nouns, parts);
}

function resolveQuantity(quantity: 'every' | 'one', word: string, nouns: readonly Noun[], parts: Parts): Resolved {
  const noun = nouns.find((candidate) => candidate === word);
  if (noun === undefined) return refuse(`this fault does not act on "${word}"`, word, nouns);
  // "one site" of a connector fault would mean one set of connectors; a fault draws single targets only.
  if (quantity === 'one' && standsForConnectors(noun, nouns)) {
    return refuse(`"one ${noun}" stands for several connectors`, '', [`one ${nouns[0]}`]);
  }
  const aims = parts.names[noun]
    .map((name) => aimAt(noun, name, nouns, parts))
    .filter(({ targets }) => targets.length > 0);
  if (aims.length === 0) return refuse(`"${quantity} ${word}" matches nothing: there is no ${noun}`);
  return found(aims, quantity === 'one' ? 'one' : 'all');
}

function resolveName(word: string, name: string, nouns: readonly Noun[], parts: Parts): Resolved {
  const noun = nouns.find((candidate) => candidate === word);
  if (noun === undefined) return refuse(`this fault does not act on "${word}"`, word, [...nouns, 'every', 'one']);
  if (!parts.names[noun].includes(name)) {
    const beside = noun === 'connector' ? connectorsBeside(name, parts) : [];
    // of paris/1 to paris/3 none is nearer to paris/4 than another
    const [wrong, known] = beside.length > 0 ? ['', beside] : [name, parts.names[noun]];
    return refuse(`there is no ${noun} "${name}"`, wrong, known);
  }
  const aim = aimAt(noun, name, nouns, parts);
  if (aim.targets.length === 0) return refuse(`"${noun} ${name}" matches nothing: no connector stands there`);
  return found([aim]);
}

/** Connectors at the site of one that is not there; their numbers depend on the groups at that site. */
const connectorsBeside = (name: string, { names }: Parts): readonly string[] => {
  const site = name.slice(0, name.lastIndexOf('/') + 1);
  return site === '' ? [] : names.connector.filter((one) => one.startsWith(site));
};

const standsForConnectors = (noun: Noun, nouns: readonly Noun[]): boolean =>
  nouns[0] === 'connector' && noun !== 'connector' && noun !== 'service';

/** Without targets where nothing is there that a fault could hit. */
function aimAt(noun: Noun, name: string, nouns: readonly Noun[], parts: Parts): Aim {
  const id = targetOf(noun, name);
  if (standsForConnectors(noun, nouns)) return { id, targets: parts.connectorsBehind(noun, name) };
  // A site or an egress without connectors is nothing that a fault could hit.
  const hollow = (noun === 'site' || noun === 'egress') && parts.connectorsBehind(noun, name).length === 0;
  return hollow ? { id, targets: [] } : itself(id);
}

/** True where a fault that acts on `acts` hits all connectors of each place that `selector` speaks of. */
export function speaksOfPlaces(selector: string | null, acts: TargetKind): boolean {
  const [first = '', second = ''] = (selector ?? '').trim().split(/\s+/);
  const word = first === 'every' || first === 'one' ? second : first;
  const nouns = nounsFor[acts];
  return nouns.some((noun) => noun === word && standsForConnectors(noun, nouns));
}
