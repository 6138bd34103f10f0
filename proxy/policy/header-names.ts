import { NameKinds } from '../host/name-kinds.ts';
import { urlClaims } from './url-claims.ts';

/**
 * What a header field means to an intermediary, by name. Names are compared without case, and for identity also without
 * the difference of `_` and `-` (servers that map both to one variable made that a hole: GHSA-vjrc-mh2v-45x6).
 */
export const Meaning = {
  /** End-to-end, passed on. */
  plain: 0,
  /** Hop-by-hop or written afresh: dropped. */
  drop: 1,
  connection: 2,
  cookie: 3,
  via: 4,
  /** Says who the user is: only the proxy may. */
  identity: 5,
  setCookie: 6,
  location: 7,
  authenticate: 8,
  /** Says where the request came from, or what it asked for. */
  forwarded: 9,
} as const;
export type Meaning = (typeof Meaning)[keyof typeof Meaning];

/** RFC 9110 7.6.1, plus the proxy's own pair of authentication fields; Host travels beside the headers; Trailer and Expect end here. */
const dropped = [
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-authentication-info',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'expect',
  'host',
];

/** Names under which applications are told who the user is, besides those a scenario configures. */
const identityNames = [
  'x-auth-user',
  'x-auth-email',
  'x-auth-groups',
  'x-auth-request-user',
  'x-auth-request-email',
  'x-auth-request-groups',
  'x-auth-request-access-token',
  'x-remote-user',
  'remote-user',
  'x-user',
  'x-ms-client-principal',
  'x-ms-client-principal-name',
  'x-ms-client-principal-id',
  'x-forwarded-user',
  'x-forwarded-email',
  'x-forwarded-groups',
  'x-forwarded-preferred-username',
  'x-forwarded-access-token',
];

const meanings = new Map<string, Meaning>([
  ...dropped.map((name): [string, Meaning] => [name, Meaning.drop]),
  ...identityNames.map((name): [string, Meaning] => [name, Meaning.identity]),
  ...urlClaims.map((name): [string, Meaning] => [name, Meaning.forwarded]),
  ['connection', Meaning.connection],
  ['cookie', Meaning.cookie],
  ['via', Meaning.via],
  ['set-cookie', Meaning.setCookie],
  ['location', Meaning.location],
  ['content-location', Meaning.location],
  ['www-authenticate', Meaning.authenticate],
  ['forwarded', Meaning.forwarded],
  ['x-real-ip', Meaning.forwarded],
]);

const seen = new NameKinds<Meaning>(slowMeaning);

/** The meaning of a field name as received. */
export function meaningOf(name: string): Meaning {
  return seen.of(name);
}

function slowMeaning(name: string): Meaning {
  const plain = canonicalName(name);
  const exact = meanings.get(name.trim().toLowerCase());
  if (exact !== undefined) return exact;
  const folded = meanings.get(plain);
  if (folded === Meaning.identity || folded === Meaning.forwarded) return folded;
  if (plain.startsWith('x-holdfast-')) return Meaning.identity;
  if (plain.startsWith('x-forwarded-')) return Meaning.forwarded;
  return Meaning.plain;
}

/** Lower case, `_` as `-`, without surrounding blanks: equal for all spellings an application may take for one name. */
export function canonicalName(name: string): string {
  return name.trim().toLowerCase().replaceAll('_', '-');
}

/** Fields a Connection field may not name: removing them would remove the proxy's own words or change the message. */
const protectedNames = new Set([
  'host',
  'cookie',
  'set-cookie',
  'authorization',
  'content-length',
  'content-type',
  'via',
  'forwarded',
]);

/** True when `Connection: name` must be refused. `name` in any case. */
export function isProtected(name: string): boolean {
  const meaning = meaningOf(name);
  return meaning === Meaning.identity || meaning === Meaning.forwarded || protectedNames.has(canonicalName(name));
}
