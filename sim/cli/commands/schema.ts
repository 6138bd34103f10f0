import { scenarioJsonSchema } from '../../scenario/json-schema.ts';
import { resultJsonSchema } from '../../store/result-schema.ts';
import { exitCodes } from '../exit-codes.ts';
import { oneOf } from '../options.ts';

/** Prints the JSON Schema of scenarios or of result.json. */
export async function schema(what: string): Promise<number> {
  const make = { scenario: scenarioJsonSchema, result: resultJsonSchema }[
    oneOf('schema', what, ['scenario', 'result'])
  ];
  process.stdout.write(`${JSON.stringify(make(), null, 2)}\n`);
  return exitCodes.met;
}
