import type { ToxicType } from '../toxic-type.ts';
import type { Fields } from './json-body.ts';
import { attributesOf, type ToxicFields } from './toxic-body.ts';

/** How many ignored fields are named. */
const MOST_NAMED = 8;

const TOXIC_FIELDS = ['name', 'type', 'stream', 'toxicity', 'attributes'];

/** Fields of a toxic's request that were ignored, in words; at most {@link MOST_NAMED} of each kind. */
export function ignoredFields(given: ToxicFields, definition: ToxicType): string[] {
  const known = new Set(Object.keys(attributesOf(definition)).map((name) => name.toLowerCase()));
  const flat = ignored(given.body, (name) => TOXIC_FIELDS.includes(name));
  const unknown = ignored(given.attributes, (name) => known.has(name));
  return [
    ...flat.map((name) => (known.has(name) ? `${name} (belongs into attributes)` : name)),
    ...unknown.map((name) => `attributes.${name}`),
  ];
}

/**
 * A Warning header (RFC 7234's form, code 299) for what was ignored, since a flat `{"latency":100}` otherwise looks like
 * success and does nothing. Empty when everything was used.
 */
export function warningHeader(parts: readonly string[]): Record<string, string> {
  if (parts.length === 0) return {};
  const text = parts
    .slice(0, MOST_NAMED)
    .join(', ')
    .replace(/[^ -~]|["\\]/g, '?')
    .slice(0, 400);
  return { Warning: `299 holdfast "ignored: ${text}"` };
}

function ignored(from: Fields, known: (name: string) => boolean): string[] {
  const names: string[] = [];
  for (const name in from) {
    if (from[name] !== null && !known(name)) names.push(name);
    if (names.length === MOST_NAMED) break;
  }
  return names;
}
