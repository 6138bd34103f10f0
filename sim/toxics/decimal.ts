/**
 * A JSON number written with a fraction or an exponent. It is kept apart from a plain one because Go takes neither `1.0`
 * nor `1e2` for a whole number, although their values are whole.
 */
export class Decimal {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The value of a JSON number in either spelling; undefined for anything else. May be infinite: `1e400` is well formed. */
export function numberOf(value: unknown): number | undefined {
  if (value instanceof Decimal) return Number(value.text);
  return typeof value === 'number' ? value : undefined;
}

/** Go's word for the kind of a JSON value, with a number's text. */
export function jsonKind(value: unknown): string {
  if (value instanceof Decimal) return `number ${value.text}`;
  if (typeof value === 'number') return `number ${String(value)}`;
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
