import { accessSync, chmodSync, constants, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HoldfastError } from '../../host/errors.ts';

/** Writes a secret for its owner only (0600, folder 0700), whole or not at all. */
export function writePrivate(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.new`;
  writeFileSync(fresh, text, { mode: 0o600 });
  // An existing leftover keeps its old mode through writeFile.
  chmodSync(fresh, 0o600);
  renameSync(fresh, file);
}

/** Makes the folder of private files, for its owner only. ERR_FILE when it cannot be one. */
export function makePrivateFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new HoldfastError('ERR_FILE', `cannot write to ${folder}: ${(error as Error).message}`, {
      facts: { folder },
      hint: 'Name a folder that this part may write to, or make this one writable.',
      cause: error,
    });
  }
}

/** Text of a PEM file a configuration names; ERR_FILE says which and why not. */
export function readPem(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new HoldfastError('ERR_FILE', `cannot read the ${what}: ${(error as Error).message}`, {
      facts: { file, what },
      hint: 'Check the path (relative ones count from the configuration file) and its permissions.',
      cause: error,
    });
  }
}
