import { jsonKind, numberOf } from '../decimal.ts';
import { JsonReader } from './json-reader.ts';
import { badBody } from './toxics-error.ts';

/** An object whose keys were folded to lower case; the last spelling of a key wins. Null counts as left out. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the first JSON value of a request body.
 * @throws ToxicsError 400 `bad request body: …`
 */
export function firstValue(body: string): unknown {
  return new JsonReader(body).first();
}

/** Folds an object's keys; `what` names it in the error. Goes through all of them, so ask once per object. */
export function fields(value: unknown, what: string): Fields {
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value) || numberOf(value) !== undefined)
    throw wrongType(value, what, 'object');
  const folded: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, field] of Object.entries(value)) {
    const name = key.toLowerCase();
    if (field !== null || !(name in folded)) folded[name] = field;
  }
  return folded;
}

/** The error for a value of the wrong JSON type, in encoding/json's words. */
export function wrongType(value: unknown, field: string, goType: string): Error {
  return badBody(`json: cannot unmarshal ${jsonKind(value)} into Go struct field ${field} of type ${goType}`);
}

/** The raw value of a field, null when left out. */
export function fieldOf(from: Fields, name: string): unknown {
  return from[name] ?? null;
}

/** A text field, or the fallback when left out. */
export function textField(from: Fields, name: string, fallback: string): string {
  const value = from[name] ?? undefined;
  if (value === undefined) return fallback;
  if (typeof value !== 'string') throw wrongType(value, `.${name}`, 'string');
  return value;
}

/** A true/false field, or the fallback when left out. */
export function flagField(from: Fields, name: string, fallback: boolean): boolean {
  const value = from[name] ?? undefined;
  if (value === undefined) return fallback;
  if (typeof value !== 'boolean') throw wrongType(value, `.${name}`, 'bool');
  return value;
}

/** A number field that fits a 32-bit float, or the fallback when left out. */
export function numberField(from: Fields, name: string, fallback: number): number {
  const value = from[name] ?? undefined;
  if (value === undefined) return fallback;
  const number = numberOf(value);
  if (number === undefined || !Number.isFinite(Math.fround(number))) throw wrongType(value, `.${name}`, 'float32');
  return number;
}

/** Compact JSON with `<`, `>` and `&` escaped, as Go writes it. */
export function encode(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
}
