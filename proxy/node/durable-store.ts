import { closeSync, fdatasyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import { HoldfastError } from '../host/errors.ts';
import type { DurableStore } from '../host/host.ts';

/** Lines in the journal beyond twice the live keys (and this many) before it is rewritten. */
const compactAfter = 1000;

/** A store that lives as long as its holder: tests, and parts with nothing to keep. */
export function memoryStore(): DurableStore {
  const values = new Map<string, string>();
  return {
    get: (key) => values.get(key),
    set: (key, value) => void values.set(key, value),
    delete: (key) => void values.delete(key),
  };
}

export interface FileStore extends DurableStore {
  close(): void;
}

/**
 * A store in one append-only file of JSON lines (`["key","value"]`, or `["key"]` for a deletion), mode 0600, written
 * through to the disk before `set` returns. A torn last line, from a crash in the middle of a write, is dropped on
 * opening; a broken line elsewhere is ERR_STORE_BROKEN, a file that cannot be opened ERR_STORE_FILE. One process at a time.
 */
export function fileStore(file: string): FileStore {
  const { values, descriptor: first } = openStore(file);
  let descriptor = first;
  let lines = values.size;
  const append = (record: readonly string[]): void => {
    writeSync(descriptor, `${JSON.stringify(record)}\n`);
    fdatasyncSync(descriptor);
    lines += 1;
    if (lines <= compactAfter || lines <= 2 * values.size) return;
    closeSync(descriptor);
    descriptor = rewrite(file, values);
    lines = values.size;
  };
  return {
    get: (key) => values.get(key),
    set(key, value) {
      if (values.get(key) === value) return;
      values.set(key, value);
      append([key, value]);
    },
    delete(key) {
      if (values.delete(key)) append([key]);
    },
    close: () => closeSync(descriptor),
  };
}

function openStore(file: string): { readonly values: Map<string, string>; readonly descriptor: number } {
  try {
    const values = load(file);
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    return { values, descriptor: rewrite(file, values) };
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw new HoldfastError('ERR_STORE_FILE', `the store ${file} cannot be opened: ${(error as Error).message}`, {
      facts: { file },
      hint: 'storeFile names a file, in a folder that this part may make or write to.',
      cause: error,
    });
  }
}

function load(file: string): Map<string, string> {
  const values = new Map<string, string>();
  const lines = readIfThere(file).split('\n');
  lines.pop();
  for (const [index, line] of lines.entries()) {
    const record = parseRecord(line);
    if (record === undefined) {
      throw new HoldfastError('ERR_STORE_BROKEN', `line ${index + 1} of the store ${file} is not readable`, {
        facts: { file, line: index + 1 },
        hint: 'Restore the file from a copy, or delete it and let the part register again.',
      });
    }
    const [key, value] = record;
    if (value === undefined) values.delete(key);
    else values.set(key, value);
  }
  return values;
}

function parseRecord(line: string): [string, string | undefined] | undefined {
  try {
    const record: unknown = JSON.parse(line);
    if (!Array.isArray(record) || record.length < 1 || record.length > 2) return undefined;
    const [key, value] = record as unknown[];
    if (typeof key !== 'string' || (value !== undefined && typeof value !== 'string')) return undefined;
    return [key, value];
  } catch {
    return undefined;
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** Writes the live values beside the file and renames it over, so a crash leaves the old or the new one, never half. */
function rewrite(file: string, values: ReadonlyMap<string, string>): number {
  const fresh = `${file}.new`;
  const descriptor = openSync(fresh, 'w', 0o600);
  const text = [...values].map((record) => `${JSON.stringify(record)}\n`).join('');
  if (text !== '') writeSync(descriptor, text);
  fdatasyncSync(descriptor);
  closeSync(descriptor);
  renameSync(fresh, file);
  return openSync(file, 'a', 0o600);
}
