import type { HeaderPairs } from '../host/message.ts';
import { canonicalName, isProtected, Meaning, meaningOf } from './header-names.ts';

/** Options that mean something themselves and name no field to remove. */
const options = new Set(['close', 'keep-alive', 'upgrade', 'te']);

/**
 * The extra fields that Connection fields name, canonical; undefined when there are none. `refused`: the first named field
 * that is protected (`Connection: x-auth-user` would strip the proxy's own identity header at the next hop).
 */
export function namedByConnection(
  headers: HeaderPairs,
): { names: Set<string>; refused: string | undefined } | undefined {
  let names: Set<string> | undefined;
  let refused: string | undefined;
  for (const [field, text] of headers) {
    if (meaningOf(field) !== Meaning.connection) continue;
    for (const part of text.split(',')) {
      const name = canonicalName(part);
      if (name === '' || options.has(name)) continue;
      names ??= new Set();
      names.add(name);
      if (isProtected(name)) refused ??= name;
    }
  }
  return names === undefined ? undefined : { names, refused };
}
