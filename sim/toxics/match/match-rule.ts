import net from 'node:net';
import { AttributeProblem } from '../attribute.ts';
import { jsonKind, numberOf } from '../decimal.ts';
import { requestPath } from './request-path.ts';
import { serverName } from './server-name.ts';

/** How many of a client's first bytes are looked at; a rule that is still open then does not fit. */
export const HEAD_BYTES = 4_096;

/** What a rule may ask of a connection. */
export interface MatchRule {
  /** The rule as it was given, for answers. */
  readonly given: Readonly<Record<string, string>>;
  /** Whether the client's address fits. */
  peer(address: string): boolean;
  /** Whether the first bytes fit; undefined while it depends on bytes to come. */
  head(bytes: Uint8Array, complete: boolean): boolean | undefined;
  /** True when the first bytes matter at all. */
  readonly needsHead: boolean;
}

const KEYS = ['peer', 'first_bytes', 'sni', 'http_path'];

function peerTest(text: string): (address: string) => boolean {
  const [, host = '', prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = net.isIP(host);
  const most = family === 4 ? 32 : 128;
  const bits = prefix === undefined ? most : Number(prefix);
  if (family === 0 || bits > most) {
    throw new AttributeProblem('range', `peer must be an IP address or CIDR, got ${text}`);
  }
  const list = new net.BlockList();
  list.addSubnet(host, bits, family === 4 ? 'ipv4' : 'ipv6');
  return (address) => {
    const plain = address.startsWith('::ffff:') ? address.slice(7) : address;
    // A socket that is gone already has no address; `check` would throw.
    return net.isIP(plain) !== 0 && list.check(plain, net.isIPv6(plain) ? 'ipv6' : 'ipv4');
  };
}

function prefixTest(text: string): (bytes: Uint8Array, complete: boolean) => boolean | undefined {
  if (text.startsWith('hex:') && !/^hex:(?:[0-9a-f]{2})+$/i.test(text)) {
    throw new AttributeProblem('range', 'first_bytes after hex: must be pairs of hex digits');
  }
  const wanted = text.startsWith('hex:') ? Buffer.from(text.slice(4), 'hex') : Buffer.from(text, 'utf8');
  if (wanted.length === 0 || wanted.length > HEAD_BYTES) {
    throw new AttributeProblem('range', `first_bytes must be 1 to ${HEAD_BYTES} bytes`);
  }
  return (bytes, complete) => {
    const common = Math.min(bytes.length, wanted.length);
    if (!wanted.subarray(0, common).equals(bytes.subarray(0, common))) return false;
    return common === wanted.length ? true : complete ? false : undefined;
  };
}

function nameTest(wanted: string): (name: string) => boolean {
  const lower = wanted.toLowerCase();
  return lower.startsWith('*.')
    ? (name) => name.toLowerCase().endsWith(lower.slice(1))
    : (name) => name.toLowerCase() === lower;
}

/** Turns a finder of some text in the first bytes into a test of it: a missing text never fits. */
function found(
  find: (bytes: Uint8Array) => string | undefined | 'more',
  fits: (text: string) => boolean,
): (bytes: Uint8Array, complete: boolean) => boolean | undefined {
  return (bytes, complete) => {
    const text = find(bytes);
    if (text === 'more') return complete ? false : undefined;
    return text !== undefined && fits(text);
  };
}

/**
 * Reads a `match` attribute.
 * @throws AttributeProblem naming the key that is wrong
 */
export function readMatch(value: unknown): MatchRule {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || numberOf(value) !== undefined) {
    throw new AttributeProblem('type', jsonKind(value));
  }
  const given: Record<string, string> = {};
  for (const [key, wanted] of Object.entries(value)) {
    if (!KEYS.includes(key)) throw new AttributeProblem('range', `knows ${KEYS.join(', ')}, not ${key}`);
    if (typeof wanted !== 'string') throw new AttributeProblem('range', `${key} must be text`);
    given[key] = wanted;
  }
  const { peer, first_bytes: firstBytes, sni, http_path: path } = given as Partial<Record<string, string>>;
  const heads = [
    ...(firstBytes === undefined ? [] : [prefixTest(firstBytes)]),
    ...(sni === undefined ? [] : [found(serverName, nameTest(sni))]),
    ...(path === undefined ? [] : [found(requestPath, (text) => text.startsWith(path))]),
  ];
  return {
    given,
    peer: peer === undefined ? () => true : peerTest(peer),
    needsHead: heads.length > 0,
    head(bytes, complete) {
      const verdicts = heads.map((test) => test(bytes, complete));
      if (verdicts.includes(false)) return false;
      return verdicts.includes(undefined) ? undefined : true;
    },
  };
}
