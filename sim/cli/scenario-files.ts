import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { HoldfastError } from '../../proxy/host/errors.ts';
import { runFolder } from '../store/run-folder.ts';
import { usage } from './options.ts';

/** A scenario to run, and where below the output folder its results go. */
export interface ScenarioFile {
  readonly file: string;
  /** Folder between `--out` and the run's own, so that two files of one name keep apart; '' for most. Runs share no folder. */
  readonly below: string;
}

/** What a folder is searched for; other endings (.json, .js) hold all kinds of things and must be named one by one. */
const searched = new Set(['.yaml', '.yml', '.ts', '.mts']);

/**
 * The scenarios of files and folders, in a stable order. Folders are searched through, except hidden ones, node_modules
 * and `out`.
 * @throws HoldfastError ERR_FILE when one does not exist, ERR_USAGE when there is no scenario at all
 */
export async function scenarioFiles(places: readonly string[], out: string): Promise<readonly ScenarioFile[]> {
  const found: ScenarioFile[] = [];
  for (const place of places) {
    const info = await stat(place).catch(() => undefined);
    if (info === undefined) {
      throw new HoldfastError('ERR_FILE', `${place} does not exist`, {
        facts: { file: place },
        hint: 'name scenario files or folders of them',
      });
    }
    if (info.isDirectory()) found.push(...(await inFolder(place, path.resolve(out))));
    else found.push({ file: path.normalize(place), below: '' });
  }
  const unique = [...new Map(found.map((one) => [path.resolve(one.file), one])).values()];
  if (unique.length === 0) {
    throw usage(`no scenario in ${places.join(', ')}`, `a folder is searched for ${[...searched].join(', ')}`);
  }
  return apart(unique);
}

/**
 * Gives files whose results would go to one folder (`east/shop.yaml` and `west/shop.yaml`) folders of their own: named by
 * where they lie below what holds all files, then with their ending too (`shop.yaml` beside `shop.ts`).
 */
function apart(files: readonly ScenarioFile[]): readonly ScenarioFile[] {
  const root = commonFolder(files.map(({ file }) => path.dirname(path.resolve(file))));
  const belowAt = ({ file, below }: ScenarioFile, level: number): string => {
    if (level === 0) return below;
    const place = path.relative(root, path.dirname(path.resolve(file)));
    return level === 1 ? place : path.join(place, path.extname(file).slice(1));
  };
  const levels = files.map(() => 0);
  for (;;) {
    const folders = files.map((one, i) => path.normalize(runFolder(belowAt(one, levels[i] ?? 0), one.file)));
    const clash = folders.flatMap((folder, i) =>
      (levels[i] ?? 0) < 2 && folders.some((other, j) => i !== j && other === folder) ? [i] : [],
    );
    if (clash.length === 0) return files.map((one, i) => ({ ...one, below: belowAt(one, levels[i] ?? 0) }));
    for (const i of clash) levels[i] = (levels[i] ?? 0) + 1;
  }
}

function commonFolder(folders: readonly string[]): string {
  const [first = '', ...rest] = folders;
  const holds = (folder: string): boolean =>
    rest.every((other) => other === folder || other.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep));
  let folder = first;
  while (!holds(folder) && folder !== path.dirname(folder)) folder = path.dirname(folder);
  return folder;
}

async function inFolder(folder: string, out: string): Promise<ScenarioFile[]> {
  const found: ScenarioFile[] = [];
  const visit = async (below: string): Promise<void> => {
    const entries = await readdir(path.join(folder, below), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const file = path.join(folder, below, entry.name);
      if (entry.isDirectory()) {
        const skipped = entry.name.startsWith('.') || entry.name === 'node_modules' || path.resolve(file) === out;
        if (!skipped) await visit(path.join(below, entry.name));
      } else if (searched.has(path.extname(entry.name)) && !/\.d\.m?ts$/.test(entry.name)) {
        found.push({ file, below });
      }
    }
  };
  await visit('');
  return found;
}
