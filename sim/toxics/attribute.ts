import { jsonKind, numberOf } from './decimal.ts';

/**
 * Attributes of toxics: one table gives the JSON reading, the default, the bounds and the documentation line, so the
 * page in docs/ can never disagree with what the server accepts.
 */

/** One attribute of a toxic. */
export interface AttributeSpec<T> {
  /** Go's name of the type, used in error texts the way encoding/json does. */
  readonly goType: 'int64' | 'float64' | 'bool' | 'string' | 'object';
  /** Value when left out or null; `undefined` for an optional attribute, which then does not appear in answers. */
  readonly fallback: T;
  /** Unit as the documentation prints it: `ms`, `µs`, `bytes`, `KB/s`, … */
  readonly unit: string;
  readonly doc: string;
  /** Bounds, both inclusive, as the documentation prints them. */
  readonly bounds: string;
  /** Reads a JSON value that is neither missing nor null; throws {@link AttributeProblem}. */
  read(value: unknown): NonNullable<T>;
}

export type AttributeTable = Readonly<Record<string, AttributeSpec<unknown>>>;

/** The values a table describes. */
export type ValuesOf<T extends AttributeTable> = {
  readonly [K in keyof T]: T[K] extends AttributeSpec<infer V> ? V : never;
};

/** Why a value was refused; the message is complete except for the attribute's name. */
export class AttributeProblem extends Error {
  readonly kind: 'type' | 'range';

  constructor(kind: 'type' | 'range', message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Bounds of a number, both inclusive. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

interface Text {
  readonly unit?: string;
  readonly doc: string;
}

function boundsText(bounds: Bounds): string {
  if (bounds.min !== undefined && bounds.max !== undefined) return `${bounds.min} to ${bounds.max}`;
  if (bounds.min !== undefined) return `at least ${bounds.min}`;
  return bounds.max === undefined ? 'any' : `at most ${bounds.max}`;
}

function numberReader(goType: 'int64' | 'float64', bounds: Bounds): (value: unknown) => number {
  return (value) => {
    const number = goType === 'float64' ? numberOf(value) : typeof value === 'number' ? value : undefined;
    const fits = goType === 'float64' ? Number.isFinite(number) : Number.isInteger(number) && inInt64(number as number);
    if (number === undefined || !fits) throw new AttributeProblem('type', jsonKind(value));
    if (number < (bounds.min ?? -Infinity) || number > (bounds.max ?? Infinity)) {
      throw new AttributeProblem('range', `must be ${boundsText(bounds)}, got ${number}`);
    }
    return number === 0 ? 0 : number;
  };
}

function inInt64(value: number): boolean {
  return Math.abs(value) < 0x8000_0000_0000_0000n;
}

/** A whole number, 0 when left out. */
export function int(text: Text & Bounds & { fallback?: number }): AttributeSpec<number> {
  const { unit = '', doc, fallback = 0 } = text;
  return { goType: 'int64', fallback, unit, doc, bounds: boundsText(text), read: numberReader('int64', text) };
}

/** A number with a fraction. */
export function float(text: Text & Bounds & { fallback: number }): AttributeSpec<number> {
  const { unit = '', doc, fallback } = text;
  return { goType: 'float64', fallback, unit, doc, bounds: boundsText(text), read: numberReader('float64', text) };
}

/** Text, `''` unless a fallback is given. */
export function text(parts: Text & { fallback?: string }): AttributeSpec<string> {
  return {
    goType: 'string',
    fallback: parts.fallback ?? '',
    unit: parts.unit ?? '',
    doc: parts.doc,
    bounds: 'any',
    read(value) {
      if (typeof value !== 'string') throw new AttributeProblem('type', jsonKind(value));
      return value;
    },
  };
}

/** True or false, false when left out. */
export function flag(parts: Text): AttributeSpec<boolean> {
  return {
    goType: 'bool',
    fallback: false,
    unit: '',
    doc: parts.doc,
    bounds: 'true, false',
    read(value) {
      if (typeof value !== 'boolean') throw new AttributeProblem('type', jsonKind(value));
      return value;
    },
  };
}

/** The same attribute, but absent from answers unless it was given: for extensions of the eight original types. */
export function optional<T>(spec: AttributeSpec<T>): AttributeSpec<T | undefined> {
  return { ...spec, fallback: undefined, read: (value) => spec.read(value) as NonNullable<T> };
}
