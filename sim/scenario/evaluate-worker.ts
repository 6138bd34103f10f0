/**
 * An edge: what a scenario's worker thread does. It loads the module, natively where Node can strip types (22.18 and later)
 * or through jiti, and sends back the scenario or what is wrong: plain data, since functions do not leave a thread.
 */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { Scenario } from '../plan/scenario.ts';
import { type LocatedProblem, ScenarioError } from './problem.ts';
import { readModuleScenario } from './read-module.ts';

/** What the thread is given: the absolute path, and the path for messages. */
export interface ModuleToEvaluate {
  readonly file: string;
  readonly shown: string;
}

export type Evaluated =
  | { readonly scenario: Scenario }
  | { readonly problems: readonly LocatedProblem[] }
  /** The module could not be loaded, or threw. `place`: `:10:64`, line and column in it; empty: unknown. */
  | { readonly reason: string; readonly hint: string; readonly place: string };

async function exportOf(file: string): Promise<unknown> {
  const native = await importNative(file);
  return native === undefined ? importByJiti(file) : native.default;
}

async function importByJiti(file: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  // a scenario may stand anywhere: the package that runs it is the one it means
  const holdfast: unknown = await import(new URL('../index.js', import.meta.url).href);
  // no cache on disk: a run leaves nothing behind but its own folder
  const jiti = createJiti(import.meta.url, { interopDefault: false, fsCache: false, virtualModules: { holdfast } });
  return ((await jiti.import(file)) as { readonly default?: unknown }).default;
}

/** Undefined: this Node does not strip types, or does not find this package from where the scenario stands. */
async function importNative(file: string): Promise<{ readonly default?: unknown } | undefined> {
  try {
    return (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION') return undefined;
    if (code === 'ERR_MODULE_NOT_FOUND' && missingModule(String(message)) === 'holdfast') return undefined;
    throw error;
  }
}

const missingModule = (message: string): string | undefined =>
  /Cannot find (?:package|module) '([^']+)'/.exec(message)?.[1];

function hintFor(message: string): string {
  const missing = missingModule(message);
  if (missing === undefined) return 'the file runs once, before the simulation: correct what it throws';
  if (/^(\.|\/|file:)/.test(missing)) return 'check the path of the import, with its ending';
  const name = missing
    .split('/')
    .slice(0, missing.startsWith('@') ? 2 : 1)
    .join('/');
  return `npm install ${name}, in a folder above the scenario`;
}

async function evaluate({ file, shown }: ModuleToEvaluate): Promise<Evaluated> {
  try {
    return { scenario: readModuleScenario(await exportOf(file), shown, namesFrom(file, shown)) };
  } catch (error) {
    if (error instanceof ScenarioError) return { problems: error.problems };
    const message = error instanceof Error ? error.message : String(error);
    const place = placeIn(file, error) || (error instanceof SyntaxError ? await placeOfSyntax(file) : '');
    return { reason: (message.split('\n')[0] ?? '').trim(), hint: hintFor(message), place };
  }
}

/** Names files for messages as `shown` names the module: a file beside it stands beside it. */
function namesFrom(file: string, shown: string): (definedIn: string) => string {
  return (definedIn) => {
    const place = definedIn.startsWith('file:') ? fileURLToPath(definedIn) : definedIn;
    // loaders follow links
    const own = realpathSync(file);
    if (place === file || place === own) return shown;
    return path.join(path.dirname(shown), path.relative(path.dirname(own), place));
  };
}

/** Where in the file an error says that it arose, as the first frame of its stack in it, or in its message. */
function placeIn(file: string, error: unknown): string {
  const text = error instanceof Error ? `${error.stack ?? ''}\n${error.message}` : '';
  for (const name of [file, pathToFileURL(file).href]) {
    const from = text.indexOf(`${name}:`);
    const place = from < 0 ? null : /^:\d+(:\d+)?/.exec(text.slice(from + name.length));
    if (place !== null) return place[0];
  }
  return '';
}

/** Node keeps the place of a syntax error to itself; the other loader tells it. */
const placeOfSyntax = (file: string): Promise<string> =>
  importByJiti(file).then(
    () => '',
    (error: unknown) => placeIn(file, error),
  );

parentPort?.postMessage(await evaluate(workerData as ModuleToEvaluate));
