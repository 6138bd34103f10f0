import { z } from 'zod';
import { scenarioSchema } from './schema.ts';

/**
 * JSON Schema (draft 7, what editors read) of a scenario as written: units as patterns, every default and explanation, one
 * branch per fault. Published in the package as `schema.json`.
 */
export function scenarioJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(scenarioSchema, { target: 'draft-7', io: 'input', reused: 'ref' });
  return { ...schema, title: 'Holdfast scenario' };
}
