import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** A Node 24 on this machine: what HOLDFAST_NODE24 names, or what .ci/run fetched. Undefined: none. */
export function findNode24(): string | undefined {
  const root = fileURLToPath(new URL('../../../../', import.meta.url));
  const fetched = `node_modules/.cache/node24/node_modules/node-${process.platform}-${process.arch}/bin/node`;
  const places = [process.env['HOLDFAST_NODE24'], path.join(root, fetched)];
  return places.find((place): place is string => place !== undefined && place !== '' && existsSync(place));
}
