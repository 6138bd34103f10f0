/**
 * An edge: the one file of this folder that reads the file system. Everything it calls takes text or data; scenarios that
 * are programs run in a thread (`evaluate.ts`).
 */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { HoldfastError } from '../../proxy/host/errors.ts';
import type { Scenario } from '../plan/scenario.ts';
import { evaluateModule, type LimitClock } from './evaluate.ts';
import { readYamlScenario } from './read-yaml.ts';

/** Endings of scenario files. */
const scenarioEndings = ['.yaml', '.yml', '.json', '.ts', '.mts', '.js', '.mjs'] as const;

/**
 * The scenario in a file.
 * @throws ScenarioError for what is wrong in it; HoldfastError ERR_SCENARIO_FILE when it cannot be read or evaluated, or
 * has an ending that is no scenario's.
 * @param clock for the time limit of a scenario that is a program
 * @param prints where goes what it writes to stdout; undefined: there
 */
export async function readScenarioFile(file: string, clock: LimitClock, prints?: Writable): Promise<Scenario> {
  const ending = path.extname(file).toLowerCase();
  const known = (scenarioEndings as readonly string[]).includes(ending);
  const place = await stat(file).catch((error: unknown) => {
    throw known ? refused(file, `cannot read ${file}: ${firstLine(error)}`, 'check the path', error) : strange(file);
  });
  if (place.isDirectory()) {
    const hint = `holdfast gate ${file} runs all in it; else name one of its files: scenarios end in ${scenarioEndings.join(', ')}`;
    throw refused(file, `${file} is a folder`, hint);
  }
  if (!known) throw strange(file);
  if (ending === '.yaml' || ending === '.yml' || ending === '.json') return readYamlScenario(await textOf(file), file);
  return evaluateModule({ file: path.resolve(file), shown: file }, clock, undefined, prints);
}

/** A byte-order mark is left out; what is not UTF-8 would otherwise be read as question marks. */
async function textOf(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw refused(file, `cannot read ${file}: ${firstLine(error)}`, 'check the path and who may read it', error);
  });
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\u0000')) return text;
  } catch {
    // told below, as for the rest
  }
  throw refused(file, `${file} is not UTF-8 text`, 'save it as UTF-8 (not UTF-16, not Latin-1)');
}

const strange = (file: string): HoldfastError =>
  refused(file, `${file} is no scenario file`, `scenarios end in ${scenarioEndings.join(', ')}`);

const firstLine = (error: unknown): string =>
  error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);

function refused(file: string, message: string, hint: string, cause?: unknown): HoldfastError {
  return new HoldfastError('ERR_SCENARIO_FILE', message, { facts: { file }, hint, cause });
}
