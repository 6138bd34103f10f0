import { createHash } from 'node:crypto';

/** SHA-256 (hex) over (name, number, hash) in the order given, which is plan order and never that of the workers. */
export function hashInPlanOrder(parts: Iterable<readonly [name: string, number: number, hash: string]>): string {
  const hash = createHash('sha256');
  for (const [name, number, part] of parts) hash.update(`${name.length}:${name} ${number} ${part}\n`);
  return hash.digest('hex');
}
