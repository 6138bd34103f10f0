/** A cell of text: its plain characters decide the width, `painted` is what is written. */
export interface TextCell {
  readonly text: string;
  readonly painted?: string;
  readonly align?: 'left' | 'right';
}

/** Columns the way a terminal counts them: combining marks take none, wide East Asian and emoji two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const point of text) {
    if (/^[\p{Mn}\p{Me}\p{Cf}]$/u.test(point)) continue;
    width +=
      /^[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]$/u.test(point) ||
      /^\p{Emoji_Presentation}$/u.test(point)
        ? 2
        : 1;
  }
  return width;
}

/** Rows of cells as lines, columns padded to their widest cell and set apart by `gap`; no trailing spaces. */
export function columns(rows: ReadonlyArray<readonly TextCell[]>, gap = '  '): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, displayWidth(cell.text));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, at) => {
        const pad = ' '.repeat(Math.max(0, (widths[at] ?? 0) - displayWidth(cell.text)));
        const shown = cell.painted ?? cell.text;
        return cell.align === 'right' ? pad + shown : shown + pad;
      })
      .join(gap)
      .trimEnd(),
  );
}

/** Breaks text into lines of at most `width` columns at spaces (never before a unit), each beginning with `indent` (the first with `first`). */
export function wrapped(text: string, width: number, indent = '', first = indent): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +(?!(?:%|µs|ms|s|min|h|d)(?![\p{L}\p{N}]))/u).filter((part) => part !== '')) {
    const start = lines.length === 0 ? first : indent;
    if (line !== '' && displayWidth(start) + displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(start + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, (lines.length === 0 ? first : indent) + line];
}
