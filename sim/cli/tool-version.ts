import { readFileSync } from 'node:fs';

/** The version in package.json: what `--version` tells, and what a result was made with. */
export function toolVersion(): string {
  const file = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
