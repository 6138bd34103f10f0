import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's root, from dist/test/repository. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

/** TypeScript sources below a top-level folder, as repository paths with `/`. */
export function sources(folder: string): string[] {
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => `${folder}/${name.split(path.sep).join('/')}`)
    .sort();
}

export function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** The file without comments; strings stay. Line breaks are kept, so that line numbers hold. */
export const code = (file: string): string => withoutComments(read(file));

/** What may hold the signs of a comment without being one, and comments: whichever begins first counts. */
const textOrComment = new RegExp(
  [
    /'(?:\\.|[^'\\\n])*'/,
    /"(?:\\.|[^"\\\n])*"/,
    /`(?:\\[\s\S]|[^`\\])*`/,
    // a regular expression stands where a value may, which is what tells it from a division
    /(?<=(?:^|[=(,:;!&|?[{}>]|return)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//,
    /(?<comment>\/\*[\s\S]*?\*\/|\/\/.*)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gm',
);

/** TypeScript with blanks in place of its comments. */
export function withoutComments(text: string): string {
  return text.replace(textOrComment, (found, comment: string | undefined) =>
    comment === undefined ? found : found.replace(/[^\n]/g, ' '),
  );
}

export interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
  /** `import(…)`: loaded when its line is reached, not with the file. */
  readonly dynamic: boolean;
}

/** Static and dynamic imports and re-exports of a file; relative targets become repository paths. */
export function importsOf(file: string): Import[] {
  const found: Import[] = [];
  const pattern = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|import\(\s*'([^']+)'\s*\)/g;
  for (const match of code(file).matchAll(pattern)) {
    const target = match[2] ?? match[3] ?? '';
    const to = target.startsWith('.')
      ? path.posix.normalize(path.posix.join(path.posix.dirname(file), target))
      : target;
    found.push({ from: file, to, typeOnly: match[1] !== undefined, dynamic: match[3] !== undefined });
  }
  return found;
}
