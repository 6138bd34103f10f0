import type { ProblemPath } from './problem.ts';

/** The little of a zod 4 schema that is needed to say which keys stand where. */
interface Node {
  readonly def: {
    readonly type: string;
    readonly shape?: Readonly<Record<string, Node>>;
    readonly innerType?: Node;
    readonly in?: Node;
    readonly element?: Node;
    readonly valueType?: Node;
    readonly options?: readonly Node[];
    readonly discriminator?: string;
    readonly values?: readonly unknown[];
  };
}

/** Through defaults, optionals and transforms to what they hold; of a discriminated union the branch the data names. */
function unwrap(node: Node | undefined, data: unknown): Node | undefined {
  let at = node;
  for (let depth = 0; at !== undefined && depth < 50; depth++) {
    const { def } = at;
    if (def.innerType !== undefined) at = def.innerType;
    else if (def.type === 'pipe') at = def.in;
    else if (def.type === 'union') at = branch(def, data);
    else return at;
  }
  return at;
}

function branch(def: Node['def'], data: unknown): Node | undefined {
  const { options = [], discriminator } = def;
  if (discriminator === undefined) return options.find((option) => unwrap(option, data)?.def.shape !== undefined);
  const value = (data as Record<string, unknown> | null | undefined)?.[discriminator];
  return options.find((option) => option.def.shape?.[discriminator]?.def.values?.includes(value));
}

/** The keys an object at `path` may have; empty when there is no object or any key is allowed. */
export function keysAt(schema: unknown, path: ProblemPath, data: unknown): readonly string[] {
  let value = data;
  let node = unwrap(schema as Node, value);
  for (const step of path) {
    if (node === undefined) return [];
    value = (value as Record<string | number, unknown> | null | undefined)?.[step];
    const { shape, element, valueType } = node.def;
    node = unwrap(shape?.[String(step)] ?? element ?? valueType, value);
  }
  return Object.keys(node?.def.shape ?? {});
}

/** The words a discriminated union or an enumeration at `path` knows; empty when it is neither. */
export function wordsAt(schema: unknown, path: ProblemPath, data: unknown): readonly string[] {
  const last = path[path.length - 1];
  let value = data;
  let node: Node | undefined = schema as Node;
  for (const step of path.slice(0, -1)) {
    node = unwrap(node, value);
    value = (value as Record<string | number, unknown> | null | undefined)?.[step];
    node = node?.def.shape?.[String(step)] ?? node?.def.element ?? node?.def.valueType;
  }
  for (let depth = 0; node !== undefined && depth < 50; depth++) {
    if (node.def.type === 'union' && node.def.discriminator === last) {
      return (node.def.options ?? []).flatMap((option) => literals(option.def.shape?.[String(last)]));
    }
    if (node.def.innerType === undefined) break;
    node = node.def.innerType;
  }
  return [];
}

const literals = (node: Node | undefined): string[] => (node?.def.values ?? []).map(String);
