import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { HoldfastError } from '../../host/errors.ts';
import type { Credential } from '../certificates/authority.ts';
import { type PemSource, usableAuthority, usableCredential } from '../certificates/credential.ts';
import { readPem } from '../certificates/private-file.ts';

/** A configuration file's path, or the configuration itself. */
export type ConfigSource = string | Readonly<Record<string, unknown>>;

export interface ReadConfig<T> {
  readonly config: T;
  /** PEM text of an authority, from a field that may hold the text or a path. ERR_FILE, ERR_CERTIFICATE. */
  authority(value: string, what: string): string;
  /** A certificate and its key, from such fields; `what` is the word before both: `front`. ERR_FILE, ERR_CERTIFICATE. */
  credential(value: Credential, what: string): Credential;
  /** A path of the configuration, relative ones counted from the file it stands in. */
  path(value: string): string;
}

/** Reads and checks a role's configuration. ERR_CONFIG names every problem at once, each with its place. */
export function readConfig<S extends z.ZodType>(schema: S, source: ConfigSource): ReadConfig<z.infer<S>> {
  const file = typeof source === 'string' ? source : 'configuration';
  const folder = typeof source === 'string' ? path.dirname(path.resolve(source)) : process.cwd();
  const parsed = schema.safeParse(typeof source === 'string' ? jsonOf(source) : source);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || '(top)'}: ${issue.message}`);
    throw new HoldfastError('ERR_CONFIG', `${file}: ${problems.length} problem(s)\n  ${problems.join('\n  ')}`, {
      facts: { file, problems: problems.length },
      hint: 'Correct the fields named above; lengths of time are texts such as 85s or whole microseconds.',
    });
  }
  const located = (value: string): string => path.resolve(folder, value);
  const pem = (value: string, what: string): PemSource =>
    value.includes('-----BEGIN')
      ? { text: value, what, file: undefined }
      : { text: readPem(located(value), what), what, file: located(value) };
  return {
    config: parsed.data,
    authority: (value, what) => usableAuthority(pem(value, what)),
    credential: ({ cert, key }, what) => usableCredential(pem(cert, `${what} certificate`), pem(key, `${what} key`)),
    path: located,
  };
}

function jsonOf(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new HoldfastError('ERR_CONFIG', `cannot read the configuration: ${(error as Error).message}`, {
      facts: { file },
      hint: 'Check the path and its permissions.',
      cause: error,
    });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HoldfastError('ERR_CONFIG', `${file} is not JSON: ${(error as Error).message}`, {
      facts: { file },
      hint: 'A role takes JSON; comments and trailing commas are not allowed in it.',
      cause: error,
    });
  }
}
