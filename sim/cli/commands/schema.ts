import { roleJsonSchema } from '../../../proxy/node/roles/json-schema.ts';
import { scenarioJsonSchema } from '../../scenario/json-schema.ts';
import { resultJsonSchema } from '../../store/result-schema.ts';
import { exitCodes } from '../exit-codes.ts';
import { oneOf } from '../options.ts';

/** Prints the JSON Schema of scenarios, of result.json, or of a role's configuration. */
export async function schema(what: string): Promise<number> {
  const asked = oneOf('schema', what, ['scenario', 'result', 'service', 'connector', 'token-service', 'backend']);
  const made =
    asked === 'scenario' ? scenarioJsonSchema() : asked === 'result' ? resultJsonSchema() : await roleJsonSchema(asked);
  process.stdout.write(`${JSON.stringify(made, null, 2)}\n`);
  return exitCodes.met;
}
