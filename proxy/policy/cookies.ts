import type { HeaderPairs } from '../host/message.ts';

/** A request carried more than one cookie of a name that must be unique (cookie tossing): refuse it. */
export const severalCookies = Symbol('several cookies of one name');

/** The value of the one cookie called `name` (case-sensitive), undefined when there is none. */
export function findCookie(headers: HeaderPairs, name: string): string | undefined | typeof severalCookies {
  let found: string | undefined;
  // Indices instead of destructuring: this runs once per request.
  for (let i = 0; i < headers.length; i++) {
    const pair = headers[i] as readonly [string, string];
    const field = pair[0];
    if (field.length !== 6 || (field !== 'cookie' && field.toLowerCase() !== 'cookie')) continue;
    const text = pair[1];
    let from = text.indexOf(name);
    while (from >= 0) {
      const end = from + name.length;
      if (text.charCodeAt(end) === 61 && startsPair(text, from)) {
        if (found !== undefined) return severalCookies;
        const stop = text.indexOf(';', end);
        found = trimmed(stop < 0 ? text.slice(end + 1) : text.slice(end + 1, stop));
      }
      from = text.indexOf(name, end);
    }
  }
  return found;
}

/** The text of the one Cookie field; undefined when there is none, or several. */
export function onlyCookieField(headers: HeaderPairs): string | undefined {
  let found: string | undefined;
  for (let i = 0; i < headers.length; i++) {
    const pair = headers[i] as readonly [string, string];
    const field = pair[0];
    if (field.length !== 6 || (field !== 'cookie' && field.toLowerCase() !== 'cookie')) continue;
    if (found !== undefined) return undefined;
    found = pair[1];
  }
  return found;
}

function trimmed(value: string): string {
  const first = value.charCodeAt(0);
  const last = value.charCodeAt(value.length - 1);
  return first <= 32 || last <= 32 ? value.trim() : value;
}

/** `prefix` is in lower case; without a copy of the text, because this runs once per request. */
function beginsWith(text: string, prefix: string): boolean {
  if (text.length < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) {
    const unit = text.charCodeAt(i);
    if ((unit >= 65 && unit <= 90 ? unit + 32 : unit) !== prefix.charCodeAt(i)) return false;
  }
  return true;
}

/** True when only blanks stand between `at` and the start of the text or a semicolon. */
function startsPair(text: string, at: number): boolean {
  let i = at - 1;
  while (i >= 0 && (text.charCodeAt(i) === 32 || text.charCodeAt(i) === 9)) i--;
  return i < 0 || text.charCodeAt(i) === 59;
}

/** The Cookie field without every cookie whose name begins with `prefix` (lower case, begins with `__`), any case; undefined when nothing is left. */
export function withoutCookies(text: string, prefix: string): string | undefined {
  // The usual case by far: nothing but our own cookie.
  if (beginsWith(text, prefix) && !text.includes(';')) return undefined;
  if (!text.toLowerCase().includes(prefix)) return text;
  const kept = text
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '' && !pair.toLowerCase().startsWith(prefix));
  return kept.length === 0 ? undefined : kept.join('; ');
}
