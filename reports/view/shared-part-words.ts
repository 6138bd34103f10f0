import { listed, plain, plural } from '../text.ts';

/** Parts named one by one in a sentence; the rest are counted. */
const namedParts = 4;

/**
 * What every request of one cell needs, in words, from the targets of the faults that set its ceiling: `the outbound path
 * wan and paris as the only site`. Empty without parts.
 */
export function sharedPartWords(parts: readonly string[]): string {
  const words = [...new Set(parts.map((part) => kindOf(part)))].map((kind) => {
    const names = parts.filter((part) => kindOf(part) === kind).map((part) => plain(part.slice(kind.length + 1)));
    return wordsOf(kind, names);
  });
  const more = words.length - namedParts;
  return listed(more > 0 ? [...words.slice(0, namedParts), plural(more, 'further part')] : words);
}

const kindOf = (part: string): string => part.split('/', 1)[0] ?? part;

function wordsOf(kind: string, names: readonly string[]): string {
  const one = names.length === 1;
  const all = names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : listed(names);
  switch (kind) {
    case 'token-service':
      return 'the token service';
    case 'directory':
      return 'the directory';
    case 'egress':
      return one ? `the outbound path ${all}` : `the outbound paths ${all}`;
    case 'site':
      return one ? `${all} as the only site` : `the sites ${all}`;
    case 'service':
      return one ? 'the only service instance' : 'all service instances';
    case 'application':
      return one ? `the backend of ${all}` : `the backends of ${all}`;
    case 'connector':
      return 'connectors that fail together';
    default:
      return names.join('') === '' ? plain(kind) : `${plain(kind)} ${all}`;
  }
}
