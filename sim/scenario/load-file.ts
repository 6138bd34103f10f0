/**
 * An edge: the one file of this folder that touches the file system and loads code. Everything it calls takes text or
 * data. TypeScript is imported natively where Node can (22.18 and later), else through jiti.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { HoldfastError } from '../../proxy/host/errors.ts';
import type { Scenario } from '../plan/scenario.ts';
import { readModuleScenario } from './read-module.ts';
import { readYamlScenario } from './read-yaml.ts';

/** Endings of scenario files. */
const scenarioEndings = ['.yaml', '.yml', '.json', '.ts', '.mts', '.js', '.mjs'] as const;

/**
 * The scenario in a file.
 * @throws ScenarioError for what is wrong in it; HoldfastError ERR_SCENARIO_FILE when it cannot be read or evaluated, or
 * has an ending that is no scenario's.
 */
export async function loadScenarioFile(file: string): Promise<Scenario> {
  const ending = path.extname(file).toLowerCase();
  if (ending === '.yaml' || ending === '.yml' || ending === '.json') return readYamlScenario(await textOf(file), file);
  if (!(scenarioEndings as readonly string[]).includes(ending)) {
    throw new HoldfastError('ERR_SCENARIO_FILE', `${file} is no scenario file`, {
      facts: { file },
      hint: `scenarios end in ${scenarioEndings.join(', ')}`,
    });
  }
  return readModuleScenario(await exportOf(path.resolve(file)), file);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw cannot('read', file, error);
  }
}

async function exportOf(file: string): Promise<unknown> {
  try {
    const native = await importNative(file);
    if (native !== undefined) return native.default;
    const { createJiti } = await import('jiti');
    // no cache on disk: a run leaves nothing behind but its own folder
    const jiti = createJiti(import.meta.url, { interopDefault: false, fsCache: false });
    return ((await jiti.import(file)) as { readonly default?: unknown }).default;
  } catch (error) {
    throw cannot('load', file, error);
  }
}

/** Undefined: this Node does not strip types. */
async function importNative(file: string): Promise<{ readonly default?: unknown } | undefined> {
  try {
    return (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_UNKNOWN_FILE_EXTENSION') return undefined;
    throw error;
  }
}

function cannot(verb: string, file: string, cause: unknown): HoldfastError {
  const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
  return new HoldfastError('ERR_SCENARIO_FILE', `cannot ${verb} ${file}: ${reason}`, {
    facts: { file },
    hint: verb === 'read' ? 'check the path' : 'the file runs once, before the simulation: correct what it throws',
    cause,
  });
}
