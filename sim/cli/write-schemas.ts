/** Part of the build: writes the JSON Schemas that the package publishes beside the compiled code. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { scenarioJsonSchema } from '../scenario/json-schema.ts';
import { resultJsonSchema } from '../store/result-schema.ts';

const schemas = { 'schema.json': scenarioJsonSchema(), 'result-schema.json': resultJsonSchema() };

for (const [name, schema] of Object.entries(schemas)) {
  // From dist/sim/cli to dist.
  writeFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), `${JSON.stringify(schema, null, 1)}\n`);
}
