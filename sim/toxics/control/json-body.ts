import { badBody } from './toxics-error.ts';

/** An object whose keys were folded to lower case; the last spelling of a key wins, null counts as left out. */
export type Fields = Readonly<Record<string, unknown>>;

/** Where the first JSON value of `text` ends: what follows it is ignored, as Go's decoder does. */
function firstValueEnd(text: string): number {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (inString) {
      if (c === '\\') i += 1;
      else if (c === '"') {
        inString = false;
        if (depth === 0) return i + 1;
      }
    } else if (c === '"') inString = true;
    else if (c === '{' || c === '[') depth += 1;
    else if (c === '}' || c === ']') {
      depth -= 1;
      if (depth <= 0) return i + 1;
    }
  }
  return text.length;
}

/**
 * Reads the first JSON value of a request body.
 * @throws ToxicsError 400 `bad request body: …`
 */
export function firstValue(body: string): unknown {
  const text = body.trimStart();
  if (text === '') throw badBody('EOF');
  const structured = /^[{["]/.test(text);
  const value = structured ? text.slice(0, firstValueEnd(text)) : (/^[^\s{}[\]",:]+/.exec(text)?.[0] ?? text);
  try {
    return JSON.parse(value) as unknown;
  } catch (error) {
    throw badBody(error instanceof Error ? error.message : 'unexpected EOF');
  }
}

/** Folds an object's keys and drops nulls; `what` names it in the error. */
export function fields(value: unknown, what: string): Fields {
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw wrongType(value, what, 'object');
  const folded: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, field] of Object.entries(value)) {
    if (field !== null) folded[key.toLowerCase()] = field;
  }
  return folded;
}

/** The error for a value of the wrong JSON type, in encoding/json's words. */
export function wrongType(value: unknown, field: string, goType: string): Error {
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const shown = kind === 'number' ? `number ${String(value)}` : kind;
  return badBody(`json: cannot unmarshal ${shown} into Go struct field ${field} of type ${goType}`);
}

/** The raw value of a field, null when left out. */
export function fieldOf(from: Fields, name: string): unknown {
  return from[name] ?? null;
}

/** A text field, or the fallback when left out. */
export function textField(from: Fields, name: string, fallback: string): string {
  const value = from[name];
  if (value === undefined) return fallback;
  if (typeof value !== 'string') throw wrongType(value, `.${name}`, 'string');
  return value;
}

/** A true/false field, or the fallback when left out. */
export function flagField(from: Fields, name: string, fallback: boolean): boolean {
  const value = from[name];
  if (value === undefined) return fallback;
  if (typeof value !== 'boolean') throw wrongType(value, `.${name}`, 'bool');
  return value;
}

/** A number field, or the fallback when left out. */
export function numberField(from: Fields, name: string, fallback: number): number {
  const value = from[name];
  if (value === undefined) return fallback;
  if (typeof value !== 'number') throw wrongType(value, `.${name}`, 'float32');
  return value;
}

/** Compact JSON with `<`, `>` and `&` escaped, as Go writes it. */
export function encode(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
}
