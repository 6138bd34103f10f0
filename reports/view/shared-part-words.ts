import { listed, plain, plural } from '../text.ts';

/** Parts named one by one in a sentence; the rest are counted. */
const namedParts = 4;

/** Applications by id that need a part, where not every application does. */
type SharedBy = Readonly<Record<string, readonly string[]>>;

/**
 * What requests of one cell cannot do without, in words, from the targets of the faults that set its ceiling: `the outbound
 * path wan and paris as the only site`. Empty without parts.
 */
export function sharedPartWords(parts: readonly string[], sharedBy: SharedBy = {}): string {
  // Only a site must be told with whose it is: that of one group is not the only one there is.
  const ownersOf = (part: string): string => (kindOf(part) === 'site' ? applicationWords(part, sharedBy) : '');
  const alike = (a: string, b: string): boolean => kindOf(a) === kindOf(b) && ownersOf(a) === ownersOf(b);
  const firsts = parts.filter((part, at) => parts.findIndex((one) => alike(one, part)) === at);
  const words = firsts.map((first) => {
    const kind = kindOf(first);
    const names = parts.filter((part) => alike(part, first)).map((part) => plain(part.slice(kind.length + 1)));
    const owners = ownersOf(first);
    return `${wordsOf(kind, names)}${owners === '' ? '' : ` of ${owners}`}`;
  });
  const more = words.length - namedParts;
  return listed(more > 0 ? [...words.slice(0, namedParts), plural(more, 'further part')] : words);
}

/** Whose requests share the parts: `every request shares`, `all requests of payroll share`. */
export function sharersWords(parts: readonly string[], sharedBy: SharedBy): string {
  const owners = new Set(parts.map((part) => applicationWords(part, sharedBy)));
  if (owners.size > 1) return 'all requests of an application share';
  const [only = ''] = owners;
  return only === '' ? 'every request shares' : `all requests of ${only} share`;
}

/** Empty: every application needs it. */
const applicationWords = (part: string, sharedBy: SharedBy): string => {
  const all = (sharedBy[part] ?? []).map(plain);
  return listed(
    all.length > namedParts ? [...all.slice(0, namedParts - 1), `${all.length - namedParts + 1} more`] : all,
  );
};

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
