/** An edge: the folder of a run on disk. */
import { access, constants, mkdir, readFile, rename, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { HoldfastError } from '../../proxy/host/errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunResult } from './result.ts';
import { resultSchema } from './result-schema.ts';

/** What `replay` needs to run a result again, beside the plans themselves. */
export interface RunRecord {
  readonly file: string;
  readonly engine: 'virtual' | 'live';
  readonly seed: string;
  /** The scenario as it was read, canonical: a replay does not depend on the file still being there. */
  readonly scenario: unknown;
}

export interface RunFiles {
  readonly record: RunRecord;
  /** The plan of the first replication of every cell, in plan order. */
  readonly plans: readonly Plan[];
  readonly result: RunResult;
  readonly report: string;
}

/** Folder of a scenario's results below `out`: named by the scenario file, so a second run replaces the first. */
export function runFolder(out: string, file: string): string {
  return path.join(out, path.basename(file).replace(/\.[^.]+$/, ''));
}

/**
 * Makes the folder and sees that a run can be written there.
 * @throws HoldfastError ERR_FILE_OUT
 */
export async function prepareFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw notWritable(folder, error);
  }
}

function notWritable(folder: string, cause: unknown): HoldfastError {
  const message = `results cannot be written to ${folder}: ${String((cause as Error).message)}`;
  return new HoldfastError('ERR_FILE_OUT', message, {
    facts: { folder },
    hint: 'name another folder with --out, or make this one writable',
    cause,
  });
}

/** Of which scenario file and engine is the run that a folder holds; undefined when it holds none that can be read. */
export async function heldRun(folder: string): Promise<Pick<RunRecord, 'file' | 'engine'> | undefined> {
  try {
    const stored = planFile.safeParse(JSON.parse(await readFile(path.join(folder, 'plan.json'), 'utf8')));
    return stored.data?.record;
  } catch {
    return undefined;
  }
}

/** Takes the folder of a run that came to nothing away again; one with anything in it stays. */
export async function discardEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch(() => undefined);
}

/**
 * Writes plan.json, result.json and report.html; each appears whole or not at all.
 * @throws HoldfastError ERR_FILE_OUT
 */
export async function writeRun(folder: string, files: RunFiles): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await writeWhole(
      path.join(folder, 'plan.json'),
      `${JSON.stringify({ record: files.record, plans: files.plans }, null, 1)}\n`,
    );
    await writeWhole(path.join(folder, 'result.json'), `${JSON.stringify(files.result, null, 1)}\n`);
    await writeWhole(path.join(folder, 'report.html'), files.report);
  } catch (error) {
    throw notWritable(folder, error);
  }
}

/**
 * Reads what `writeRun` wrote.
 * @throws HoldfastError ERR_RESULT_FOLDER when the folder holds no run, or one of another version
 */
export async function readRun(
  folder: string,
): Promise<{ record: RunRecord; plans: readonly Plan[]; result: RunResult }> {
  const stored = planFile.safeParse(await readJson(folder, 'plan.json'));
  if (!stored.success) throw damaged(folder, 'plan.json', stored.error);
  const written = await readJson(folder, 'result.json');
  const version = (written as { readonly schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === 'number' && version !== 1) {
    throw new HoldfastError('ERR_RESULT_FOLDER', `${folder} was written by another version of Holdfast`, {
      facts: { folder, schemaVersion: version },
      hint: 'run the scenario again with this version',
    });
  }
  const result = resultSchema.safeParse(written);
  if (!result.success) throw damaged(folder, 'result.json', result.error);
  const { record, plans } = stored.data;
  // plans are known by their digests, which stand in the result
  return { record, plans: plans as unknown as readonly Plan[], result: result.data };
}

const planFile = z.object({
  record: z.object({
    file: z.string(),
    engine: z.enum(['virtual', 'live']),
    seed: z.string(),
    scenario: z.record(z.string(), z.unknown()),
  }),
  plans: z.array(z.record(z.string(), z.unknown())),
});

/** ERR_RESULT_FOLDER for a file that is JSON and not what was written. */
export function damaged(folder: string, name: string, cause: unknown): HoldfastError {
  const file = path.join(folder, name);
  const [issue] = cause instanceof z.ZodError ? cause.issues : [];
  const why = issue === undefined ? '' : `: ${issue.path.join('.') || 'the whole'}: ${issue.message}`;
  return new HoldfastError('ERR_RESULT_FOLDER', `${file} is damaged${why}`, {
    facts: { file },
    hint: 'name a folder that `holdfast run` wrote and nobody edited, or run the scenario again',
    cause,
  });
}

async function readJson(folder: string, name: string): Promise<unknown> {
  const file = path.join(folder, name);
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new HoldfastError('ERR_RESULT_FOLDER', `${file} cannot be read: ${String((error as Error).message)}`, {
      facts: { file },
      hint: 'name a folder that `holdfast run` wrote, for instance out/connector-crash',
      cause: error,
    });
  }
}

async function writeWhole(file: string, text: string): Promise<void> {
  const partial = `${file}.partial`;
  await writeFile(partial, text);
  await rename(partial, file);
}
