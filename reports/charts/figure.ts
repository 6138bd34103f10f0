import { html, type Insert, type Markup } from '../page/html.ts';
import { glued } from '../text.ts';

/** What a chart is wide where it fills the page, pixels. */
export const pageWidth = 1040;

/** What every chart carries besides its drawing: a title, its finding in a sentence, and the same data as a table. */
export interface FigureParts {
  /** Unique on the page; letters, digits and hyphens of our own. */
  readonly id: string;
  readonly title: string;
  /** One sentence: what the drawing shows. Read out in place of the drawing. */
  readonly finding: string;
  readonly width: number;
  readonly height: number;
  readonly drawing: Insert;
  readonly legend?: Insert;
  readonly note?: string;
  readonly table: DataTable;
  /** Marks the drawing for the arrow keys of the small script. */
  readonly grid?: boolean;
}

export interface DataTable {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: ReadonlyArray<readonly string[]>;
}

export function figure(parts: FigureParts): Markup {
  const { id, width, height } = parts;
  return html`<figure id="${id}">
${parts.legend ?? null}<div class="scroll" role="region" aria-label="${parts.title}" tabindex="0"><svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${id}-t ${id}-d"${parts.grid === true ? html` data-grid` : null}>
<title id="${id}-t">${parts.title}</title><desc id="${id}-d">${parts.finding}</desc>
${parts.drawing}
</svg></div>
${parts.note === undefined || parts.note === '' ? null : html`<figcaption>${glued(parts.note)}</figcaption>`}
${dataTable(parts.table)}
</figure>
`;
}

/** Rows beyond this stay in result.json: a page must stay light enough to mail. */
const tableRows = 400;

export function dataTable(table: DataTable): Markup {
  const rows = table.rows.slice(0, tableRows);
  const cut = table.rows.length - rows.length;
  return html`<details><summary>Show as table</summary>
<div class="scroll" role="region" aria-label="${table.caption}" tabindex="0"><table><caption>${table.caption}${cut > 0 ? ` (${cut} more rows in result.json)` : ''}</caption>
<thead><tr>${table.head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${whole(cell)}</td>`)}</tr>\n`)}</tbody></table></div>
</details>`;
}

/** A mark and its word stay on one line, `✗ missed`, and so does a number with its unit. */
const whole = (cell: string): string => glued(cell.replace(/^([✓✗?]) /, '$1\u00A0'));

/** A coordinate with two decimals: equal bytes on every engine, and no -0. */
export function at(x: number): number {
  return Math.round(x * 100) / 100 + 0;
}
