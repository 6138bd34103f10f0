import { faultCatalogue } from '../faults/catalogue.ts';
import type { FailureClock, FaultSpec, ScenarioFaults } from '../plan/scenario.ts';
import { speaksOfPlaces } from '../plan/selector.ts';
import { listed, sentence, spoken } from './prose-words.ts';
import { writtenFaults } from './written-faults.ts';

/** `connector paris/1 crashes`, `every site is cut off (hop: …)`. */
function clause(spec: FaultSpec): string {
  const { acts, phrase } = faultCatalogue.get(spec.kind);
  const subject = spec.target ?? (acts === 'token-service' ? 'the token service' : `the ${acts}`);
  const parameters = parametersText(spec);
  return `${subject} ${phrase}${parameters === '' ? '' : ` (${parameters})`}`;
}

function parametersText(spec: FaultSpec): string {
  const name = 'x';
  const written = writtenFaults({ schedule: [], random: [], together: [{ name, members: [spec], timing: now }] });
  const { what: _what, target: _target, ...parameters } = written.together?.[0]?.faults[0] ?? { what: '' };
  return Object.entries(parameters)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
}

const now = { kind: 'at', at: 0, span: null } as const as { kind: 'at'; at: never; span: null };

/** What fails at once: a place with all its connectors, `every …` one by one. */
function causesText({ kind, target }: FaultSpec): string {
  const each = target?.trimStart().startsWith('every ') ? ', each on its own clock' : '';
  return speaksOfPlaces(target, faultCatalogue.get(kind).acts) ? `${each}, all its connectors at once` : each;
}

/** When it strikes and how long it lasts, both drawn at random. */
function clockText({ mtbf, mttr, repair }: FailureClock): string {
  return repair === 'constant'
    ? `on average after ${spoken(mtbf)} without trouble (exponential), for exactly ${spoken(mttr)}`
    : `on average after ${spoken(mtbf)} without trouble, for ${spoken(mttr)} on average (both exponential)`;
}

const spanText = ({ at, span }: { readonly at: number; readonly span: number | null }): string =>
  `${at === 0 ? 'from the start' : `after ${spoken(at)}`}${span === null ? ', to the end' : `, for ${spoken(span)}`}`;

/** One sentence per fault. */
export function faultSentences({ schedule, random, together }: ScenarioFaults): readonly string[] {
  const sentences = [
    ...schedule.map((fault) => sentence(`${clause(fault)} ${spanText(fault)}`)),
    ...random.map((fault) => sentence(`${clause(fault)}${causesText(fault)}: ${clockText(fault)}`)),
    ...together.map(({ name, members, timing }) => {
      const when = timing.kind === 'at' ? spanText(timing) : `strikes ${clockText(timing)}`;
      return sentence(`a common cause, "${name}", ${when}: ${listed(members.map(clause))}`);
    }),
  ];
  return sentences.length === 0 ? ['Nothing breaks.'] : sentences;
}
