/**
 * Names come from scenario files, and a report travels further than its author: into terminals, CI pages, mail. Here
 * a hostile name loses what could act: terminal escapes, control characters, direction overrides, lone surrogates.
 */

const replacement = '\uFFFD';
const hostile = /[\p{Cc}\p{Cs}\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF\uFFFE\uFFFF]/gu;

/** One line of plain text: tabs and line ends become spaces, everything that could act becomes U+FFFD. */
export function plain(text: string): string {
  return text.replace(/[\t\r\n]+/g, ' ').replace(hostile, replacement);
}

/** At most `limit` characters (by code point), the last an ellipsis when something was cut. */
export function shortened(text: string, limit: number): string {
  const clean = plain(text);
  if (clean.length <= limit) return clean;
  const points = [...clean.slice(0, limit * 2)];
  return points.length <= limit && clean.length <= limit * 2 ? clean : `${points.slice(0, limit - 1).join('')}…`;
}

/** `1 site`, `3 sites`. */
export function plural(n: number, word: string): string {
  return `${n} ${n === 1 ? word : `${word}s`}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
}

/** Keeps a number and its unit on one line. For sentences only: a command must stay as it is typed. */
export function glued(sentence: string): string {
  return sentence.replace(/(\d) (?=(?:%|×|µs|ms|s|min|h|d)(?![\p{L}\p{N}]))/gu, '$1\u00A0');
}
