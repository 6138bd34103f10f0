import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { HoldfastError } from '../../proxy/host/errors.ts';
import { usage } from './options.ts';

/** A scenario to run, and where below the output folder its results go. */
export interface ScenarioFile {
  readonly file: string;
  /** Folder between `--out` and the run's own, so that two files of one name keep apart; '' for most. */
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
  return unique;
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
