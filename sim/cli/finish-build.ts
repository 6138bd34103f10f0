/**
 * Part of the build, after the compiler: writes the JSON Schemas that the package publishes beside the compiled code, and
 * makes the command executable. npm does that only when it links the command: `npx holdfast` in a clone links it once per
 * path and keeps the link, so a second clone at that path, or a build from scratch, would end in "Permission denied".
 */
import { chmodSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { scenarioJsonSchema } from '../scenario/json-schema.ts';
import { resultJsonSchema } from '../store/result-schema.ts';

const schemas = { 'schema.json': scenarioJsonSchema(), 'result-schema.json': resultJsonSchema() };

for (const [name, schema] of Object.entries(schemas)) {
  // From dist/sim/cli to dist.
  writeFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), `${JSON.stringify(schema, null, 1)}\n`);
}

chmodSync(fileURLToPath(new URL('main.js', import.meta.url)), 0o755);
