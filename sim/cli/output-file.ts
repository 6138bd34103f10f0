import { access, constants, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { HoldfastError } from '../../proxy/host/errors.ts';

/** A file that a command writes at its end. */
export interface OutputFile {
  /** As a sentence begins: `the step summary`. */
  readonly what: string;
  readonly file: string;
  /** What to do where it cannot be written. */
  readonly hint: string;
  /** True: its folder is made where it is missing. */
  readonly makesFolder: boolean;
}

/**
 * Sees that a file can be written later, and leaves it as it is: what a minute of simulation found must not be lost to a
 * path that was wrong from the start.
 * @throws HoldfastError ERR_FILE_OUT
 */
export async function prepareFile(output: OutputFile): Promise<void> {
  const { file, makesFolder } = output;
  const folder = path.dirname(path.resolve(file));
  try {
    if (makesFolder) await mkdir(folder, { recursive: true });
    const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return undefined;
    });
    if (found?.isDirectory() === true) throw new Error('it is a folder');
    await access(found === undefined ? folder : file, constants.W_OK);
  } catch (error) {
    throw cannotWrite(output, error);
  }
}

/** ERR_FILE_OUT for a file that could not be written. */
export function cannotWrite({ what, file, hint }: OutputFile, cause: unknown): HoldfastError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new HoldfastError('ERR_FILE_OUT', `${what} cannot be written to ${file}: ${why}`, {
    facts: { file },
    hint,
    cause,
  });
}
