import { plain } from '../text.ts';

/** Text that is already safe HTML; only the template below and `constant` make it, so forgetting to escape cannot happen. */
export class Markup {
  readonly text: string;
  constructor(text: string, key: typeof makers) {
    if (key !== makers) throw new TypeError('markup is made by the html template only');
    this.text = text;
  }
}

const makers = Symbol('makers of markup');

export type Insert = string | number | Markup | null | false | readonly Insert[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Safe as element text and inside a quoted attribute; control characters and direction overrides are replaced. */
export function escaped(text: string): string {
  return plain(text).replace(/[&<>"'`]/g, (char) => entities[char] ?? char);
}

/** The one way to HTML and SVG: literal parts are kept, every insert is escaped unless it is Markup. */
export function html(parts: TemplateStringsArray, ...inserts: readonly Insert[]): Markup {
  let text = parts[0] ?? '';
  inserts.forEach((insert, at) => {
    text += shown(insert) + (parts[at + 1] ?? '');
  });
  return new Markup(text, makers);
}

/** For text of our own that must not be escaped: the style sheet and the script. Never for data. */
export function constant(text: string): Markup {
  return new Markup(text, makers);
}

function shown(insert: Insert): string {
  if (insert === null || insert === false) return '';
  if (insert instanceof Markup) return insert.text;
  if (typeof insert === 'number') return Number.isFinite(insert) ? String(insert) : '';
  if (typeof insert === 'string') return escaped(insert);
  return insert.map(shown).join('');
}
