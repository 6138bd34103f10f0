import { fileURLToPath } from 'node:url';

/** Path of a script beside a module, compiled or not: `siblingScript(import.meta.url, 'warden')`. */
export function siblingScript(moduleUrl: string, name: string): string {
  return fileURLToPath(new URL(`./${name}${moduleUrl.endsWith('.ts') ? '.ts' : '.js'}`, moduleUrl));
}
