import { HoldfastError } from '../../../proxy/host/errors.ts';
import { scenarioJsonSchema } from '../../scenario/json-schema.ts';
import { resultJsonSchema } from '../../store/result-schema.ts';
import { exitCodes } from '../exit-codes.ts';

/** Prints the JSON Schema of scenarios or of result.json. */
export async function schema(what: string): Promise<number> {
  const make = { scenario: scenarioJsonSchema, result: resultJsonSchema }[what];
  if (make === undefined) {
    throw new HoldfastError('ERR_USAGE', `there is no schema of ${what}`, {
      hint: 'holdfast schema scenario, or result',
    });
  }
  process.stdout.write(`${JSON.stringify(make(), null, 2)}\n`);
  return exitCodes.met;
}
