import { AttributeProblem, type AttributeTable } from '../attribute.ts';
import { CONDITION_ATTRIBUTES, type ConditionValues } from '../condition-attributes.ts';
import { readMatch } from '../match/match-rule.ts';
import { toxicType } from '../registry.ts';
import { type Direction, Toxic, type ToxicSettings } from '../toxic.ts';
import { MOST_TOXICS, type ToxicChain } from '../toxic-chain.ts';
import type { ToxicType } from '../toxic-type.ts';
import { type Fields, fieldOf, fields, numberField, textField, wrongType } from './json-body.ts';
import type { ShownToxic } from './proxy-shape.ts';
import { toFloat32 } from './toxicity.ts';
import { badBody, ToxicsError } from './toxics-error.ts';

/** Reads the named attributes over `base`; everything is checked before anything counts. */
function readAttributes(
  table: AttributeTable,
  given: Fields,
  base: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  const ranges: string[] = [];
  for (const [name, spec] of Object.entries(table)) {
    const value = given[name.toLowerCase()];
    if (value === undefined || value === null) {
      // Null clears what need not be there at all; for the rest it means left out, as in Go.
      values[name] = value === null && spec.fallback === undefined ? undefined : (base[name] ?? spec.fallback);
      continue;
    }
    try {
      values[name] = spec.read(value);
    } catch (problem) {
      if (!(problem instanceof AttributeProblem)) throw problem;
      if (problem.kind === 'type') throw wrongType(value, `.attributes.${name}`, spec.goType);
      ranges.push(`attribute ${name} ${problem.message}`);
    }
  }
  if (ranges.length > 0) throw badBody(ranges.join('; '));
  return values;
}

/** All attributes a type takes: its own, then the common ones. */
export function attributesOf(definition: ToxicType): AttributeTable {
  return { ...definition.attributes, ...CONDITION_ATTRIBUTES };
}

/** A toxic that decides before the dial cannot wait for bytes of the client. */
function conditionProblems({ admit, type }: ToxicType, attributes: ConditionValues): string[] {
  if (admit === undefined) return [];
  const { match, after_bytes: afterBytes = 0 } = attributes;
  return [
    ...(match !== undefined && readMatch(match).needsHead ? [`match of ${type} can only use peer`] : []),
    ...(afterBytes > 0 ? [`after_bytes of ${type} must be 0: it acts before the first byte`] : []),
  ];
}

/** The body of a toxic request, its keys folded. */
export interface ToxicFields {
  readonly body: Fields;
  readonly attributes: Fields;
}

/**
 * Folds the keys of a toxic and of its attributes, once for all who look at them.
 * @throws ToxicsError 400
 */
export function toxicFields(value: unknown): ToxicFields {
  const body = fields(value, 'toxics.ToxicWrapper');
  return { body, attributes: fields(fieldOf(body, 'attributes'), '.attributes') };
}

function readSettings(definition: ToxicType, given: ToxicFields, base: ToxicSettings): ToxicSettings {
  const toxicity = toFloat32(numberField(given.body, 'toxicity', base.toxicity));
  const attributes = readAttributes(attributesOf(definition), given.attributes, base.attributes);
  const problems = [...(definition.check?.(attributes) ?? []), ...conditionProblems(definition, attributes)];
  if (problems.length > 0) throw badBody(problems.map((problem) => `attribute ${problem}`).join('; '));
  return { toxicity, attributes };
}

function readDirection(stream: string): Direction {
  const direction = stream.toLowerCase();
  if (direction === 'upstream' || direction === 'downstream') return direction;
  throw new ToxicsError(400, 'stream was invalid, can be either upstream or downstream');
}

/**
 * A new toxic from a request body. Checked in the real server's order: JSON, stream, type, name, attributes.
 * @throws ToxicsError 400, 409
 */
export function toxicFromBody(given: ToxicFields, chain: ToxicChain): Toxic {
  const { body } = given;
  const stream = textField(body, 'stream', 'downstream');
  const type = textField(body, 'type', '');
  const named = textField(body, 'name', '');
  numberField(body, 'toxicity', 1);
  const direction = readDirection(stream);
  const definition = toxicType(type);
  if (definition === undefined) throw new ToxicsError(400, 'invalid toxic type');
  const name = named === '' ? `${type}_${stream}` : named;
  if (chain.find(name) !== undefined) throw new ToxicsError(409, 'toxic already exists');
  if (chain.size >= MOST_TOXICS) throw new ToxicsError(400, `a proxy takes at most ${MOST_TOXICS} toxics`);
  const settings = readSettings(definition, given, { toxicity: 1, attributes: {} });
  return new Toxic({ name, definition, stream, direction, generation: chain.nextGeneration(name), settings });
}

/**
 * The settings of a toxic after an update: named attributes and toxicity change, all or nothing.
 * @throws ToxicsError 400
 */
export function settingsFromBody(given: ToxicFields, toxic: Toxic): ToxicSettings {
  return readSettings(toxic.definition, given, toxic.settings);
}

/** A toxic as the API shows it. */
export function toxicJson(toxic: Toxic): ShownToxic {
  // A copy without those that were not given: what a caller of the library does with it stays with the caller.
  const given = Object.entries(toxic.settings.attributes).filter(([, value]) => value !== undefined);
  return {
    attributes: Object.fromEntries(given),
    name: toxic.name,
    type: toxic.definition.type,
    stream: toxic.stream,
    toxicity: toxic.settings.toxicity,
  };
}
