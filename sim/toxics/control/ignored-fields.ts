import type { ToxicType } from '../toxic-type.ts';
import { fieldOf, fields } from './json-body.ts';
import { attributesOf } from './toxic-body.ts';

const TOXIC_FIELDS = ['name', 'type', 'stream', 'toxicity', 'attributes'];

/**
 * A Warning header (RFC 7234's form, code 299) for fields that were ignored, since a flat `{"latency":100}` otherwise
 * looks like success and does nothing. Empty when everything was used.
 */
export function warningHeader(value: unknown, definition: ToxicType): Record<string, string> {
  const body = fields(value, 'toxics.ToxicWrapper');
  const attributes = Object.keys(attributesOf(definition)).map((name) => name.toLowerCase());
  const flat = Object.keys(body).filter((name) => !TOXIC_FIELDS.includes(name));
  const unknown = Object.keys(fields(fieldOf(body, 'attributes'), '.attributes')).filter(
    (name) => !attributes.includes(name),
  );
  const parts = [
    ...flat.map((name) => (attributes.includes(name) ? `${name} (belongs into attributes)` : name)),
    ...unknown.map((name) => `attributes.${name}`),
  ];
  if (parts.length === 0) return {};
  const text = parts
    .slice(0, 8)
    .join(', ')
    .replace(/[^ -~]|["\\]/g, '?')
    .slice(0, 400);
  return { Warning: `299 holdfast "ignored: ${text}"` };
}
