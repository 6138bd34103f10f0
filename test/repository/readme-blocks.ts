import { read } from './source-tree.ts';

/** One fenced block of a Markdown file. */
export interface Block {
  readonly file: string;
  /** 1-based line of its first line of text. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

export function blocksOf(file: string): Block[] {
  const blocks: Block[] = [];
  let open: { line: number; language: string; lines: string[] } | undefined;
  for (const [index, line] of read(file).split('\n').entries()) {
    const fence = /^```(\w*)$/.exec(line);
    if (fence === null) open?.lines.push(line);
    else if (open === undefined) open = { line: index + 2, language: fence[1] ?? '', lines: [] };
    else {
      blocks.push({ file, line: open.line, language: open.language, text: open.lines.join('\n') });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`${file}:${open.line}: a block without an end`);
  return blocks;
}

/** Commands of a shell block, without comments and empty lines. */
export function commandsOf(block: Block): string[] {
  return block.text
    .split('\n')
    .map((line) => line.replace(/\s+#\s.*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** Targets of Markdown links and pictures that are files of this repository, without their anchors. */
export function linksOf(file: string): Array<{ readonly target: string; readonly anchor: string }> {
  const text = read(file).replace(/```[\s\S]*?```/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [name = '', anchor = ''] = target.split('#');
      return { target: name, anchor };
    });
}

/** Anchors of a Markdown file's headings, as GitHub makes them. */
export function anchorsOf(file: string): string[] {
  return [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}
