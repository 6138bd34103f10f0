import { z } from 'zod';
import type { Micros } from '../../host/units.ts';
import { spanText } from './config-types.ts';
import type { RoleName } from './index.ts';

/** What checks a role's configuration; loaded with that role's packages alone. */
const schemas: Readonly<Record<RoleName, () => Promise<z.ZodType>>> = {
  service: async () => (await import('./service-schema.ts')).serviceSchema,
  connector: async () => (await import('./connector-schema.ts')).connectorSchema,
  'token-service': async () => (await import('../identity/token-config.ts')).tokenServiceSchema,
  backend: async () => (await import('./backend-schema.ts')).backendSchema,
};

/**
 * JSON Schema (draft 7, what editors read) of a role's configuration file as written: every field with its bounds, default
 * and meaning. A span is a text such as `85s`, or whole microseconds; it has the format `span`.
 */
export async function roleJsonSchema(role: RoleName): Promise<Record<string, unknown>> {
  const schema = z.toJSONSchema(await schemas[role](), {
    target: 'draft-7',
    io: 'input',
    override({ zodSchema, jsonSchema }) {
      const { def } = zodSchema._zod;
      // A default that is microseconds already is none of the input's, so zod leaves it out.
      if (def.type === 'default') jsonSchema.default ??= asWritten(def.defaultValue, jsonSchema);
    },
  });
  return { ...schema, title: `Configuration of holdfast ${role}` };
}

type Field = Parameters<NonNullable<z.core.ToJSONSchemaParams['override']>>[0]['jsonSchema'];

/** A value of the checked configuration as the file would have it; undefined: only its parts can be written. */
function asWritten(value: unknown, { format, properties }: Field): Field['default'] {
  if (format === 'span') return spanText(value as Micros);
  if (properties === undefined || Object.values(properties).some((part) => (part as Field).default !== undefined)) {
    return undefined;
  }
  const parts = Object.entries(value as object);
  return Object.fromEntries(parts.map(([name, part]) => [name, asWritten(part, properties[name] as Field)]));
}
