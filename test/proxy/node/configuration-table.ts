/** A field of a JSON Schema, as far as a table shows it. */
interface Field {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly anyOf?: readonly Field[];
  readonly items?: Field;
  readonly properties?: Readonly<Record<string, Field>>;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

/** Kind and bounds of a field in words. */
function kindOf(field: Field): string {
  if (field.format === 'span') return 'span';
  if (field.enum !== undefined) return field.enum.map(code).join(', ');
  if (field.const !== undefined) return code(field.const);
  if (field.anyOf !== undefined) return field.anyOf.map(kindOf).join(', or ');
  if (field.type === 'array') return `list of ${kindOf(field.items ?? {})}`;
  if (field.type === 'integer' || field.type === 'number') {
    const { minimum, maximum = Number.MAX_SAFE_INTEGER } = field;
    const kind = field.type === 'integer' ? 'whole number' : 'number';
    if (maximum < Number.MAX_SAFE_INTEGER) return `${kind}, ${minimum} to ${maximum}`;
    return minimum === undefined ? kind : `${kind}, at least ${minimum}`;
  }
  if (field.type === 'object') return 'object';
  return [field.type ?? []].flat().join(' or ').replace('string', 'text').replace('boolean', 'true/false');
}

/** A row a field, its parts below it. Fields without a default that may be left out say so. */
function rows(field: Field, prefix: string): string[] {
  const found: string[] = [];
  for (const [name, part] of Object.entries(field.properties ?? {})) {
    const place = `${prefix}${name}`;
    const inner = [part, ...(part.anyOf ?? []), ...[part.items ?? []].flat()].find(({ properties }) => properties);
    const needed = field.required?.includes(name) === true;
    const own = inner === undefined || !Object.values(inner.properties ?? {}).some((one) => one.default !== undefined);
    const fallback = part.default === undefined || !own ? (needed ? '**needed**' : '—') : code(part.default);
    found.push(`| \`${place}\` | ${cell(kindOf(part))} | ${cell(fallback)} | ${cell(part.description ?? '')} |\n`);
    if (inner !== undefined) found.push(...rows(inner, `${place}${part.type === 'array' ? '[].' : '.'}`));
  }
  return found;
}

/** A Markdown table of all fields of a configuration, from its JSON Schema. */
export function configurationTable(schema: Readonly<Record<string, unknown>>): string {
  return `| Field | Kind | Default | Meaning |\n|---|---|---|---|\n${rows(schema, '').join('')}`;
}
