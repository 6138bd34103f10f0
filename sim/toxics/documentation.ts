import type { AttributeTable } from './attribute.ts';
import { CONDITION_ATTRIBUTES } from './condition-attributes.ts';
import { TOXIC_TYPES } from './registry.ts';
import type { ToxicType } from './toxic-type.ts';

function cell(text: string): string {
  return text.replace(/\|/g, '\\|');
}

function attributeRows(table: AttributeTable): string {
  const head = '| Attribute | Type | Unit | Default | Bounds | Meaning |\n|---|---|---|---|---|---|\n';
  return (
    head +
    Object.entries(table)
      .map(([name, spec]) => {
        const fallback = spec.fallback === undefined ? 'not set' : `\`${JSON.stringify(spec.fallback)}\``;
        const type = { int64: 'integer', float64: 'number', bool: 'true/false', string: 'text', object: 'object' }[
          spec.goType
        ];
        return `| \`${name}\` | ${type} | ${spec.unit} | ${fallback} | ${spec.bounds} | ${cell(spec.doc)} |\n`;
      })
      .join('')
  );
}

function section(definition: ToxicType): string {
  const origin = definition.extension ? 'Extension' : 'Toxiproxy';
  const loss = definition.destructive ? 'loses bytes' : 'loses nothing';
  const table =
    Object.keys(definition.attributes).length === 0 ? 'No attributes.\n' : attributeRows(definition.attributes);
  return `### \`${definition.type}\`\n\n*${origin}, ${loss}.* ${definition.summary}\n\n${table}`;
}

/** The generated parts of docs/toxics.md by name: what validates requests also documents them. */
function documentationParts(): Readonly<Record<string, string>> {
  return {
    types: TOXIC_TYPES.map(section).join('\n'),
    conditions: attributeRows(CONDITION_ATTRIBUTES),
  };
}

/** Replaces what stands between `<!-- generated: name -->` and `<!-- end -->`. */
export function withGeneratedParts(page: string): string {
  const parts = documentationParts();
  return page.replace(
    /(<!-- generated: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (whole, open: string, name: string, close: string) => {
      const part = parts[name];
      return part === undefined ? whole : `${open}\n${part}\n${close}`;
    },
  );
}
