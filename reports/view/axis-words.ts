import { plain } from '../text.ts';

/** Axis name to value, as a cell of a sweep carries it. */
export type Coordinates = Readonly<Record<string, string | number>>;

/** `3 connectors per site`, `1 site`, `hardened`, `access token lifetime 1h`: one coordinate in words. */
export function coordinateWords(axis: string, value: string | number): string {
  const name = plain(axis);
  const shown = plain(String(value));
  if (name === 'behaviour') return shown;
  const [first = '', ...rest] = name.split(' ');
  if (typeof value !== 'number' || !/[^s]s$/.test(first)) return `${name} ${shown}`;
  return [shown, value === 1 ? first.slice(0, -1) : first, ...rest].join(' ');
}

/** A whole configuration in words, in axis order: `2 sites × 3 connectors per site (hardened)`. Empty without axes. */
export function configurationWords(order: readonly string[], at: Coordinates): string {
  const known = order.filter((name) => Object.hasOwn(at, name));
  const numeric = known.filter((name) => typeof at[name] === 'number');
  const other = known.filter((name) => typeof at[name] !== 'number');
  const size = [...numeric].reverse().map((name) => coordinateWords(name, at[name] as number));
  const rest = other.map((name) => coordinateWords(name, at[name] as string)).join(', ');
  if (size.length === 0) return known.join() === 'behaviour' ? `behaviour ${rest}` : rest;
  return rest === '' ? size.join(' × ') : `${size.join(' × ')} (${rest})`;
}
