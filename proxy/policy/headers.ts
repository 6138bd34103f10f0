import type { HeaderPairs } from '../host/message.ts';
import { namedByConnection } from './connection-field.ts';
import { withoutCookies } from './cookies.ts';
import { canonicalName, Meaning, meaningOf } from './header-names.ts';
import { identityText } from './identity-text.ts';
import { cookiePrefix } from './session.ts';

/** What stays the same for all requests of one application. */
export interface RequestHeaderRules {
  /** Our pseudonym in Via; also how a loop is seen. */
  readonly via: string;
  /** The Via field of a request that brought none; made once. */
  readonly viaPair: readonly [string, string];
  /** Further names only the proxy may set, canonical (see `canonicalName`). */
  readonly identityNames: ReadonlySet<string>;
  /** Header-based single sign-on: tell the application the user under this name; undefined: not at all. */
  readonly userHeader: string | undefined;
}

/** Rules for an application; `userHeader` is guarded like `extraNames`, in every spelling. */
export function requestHeaderRules(
  via: string,
  userHeader: string | undefined = undefined,
  extraNames: readonly string[] = [],
): RequestHeaderRules {
  const names = userHeader === undefined ? extraNames : [...extraNames, userHeader];
  return { via, viaPair: ['via', `1.1 ${via}`], userHeader, identityNames: new Set(names.map(canonicalName)) };
}

/** What the service itself knows about this request. */
export interface RequestHeaderFacts {
  readonly host: string;
  /** Address of the user, or what a trusted proxy in front said; never taken from a header here. */
  readonly clientAddress: string;
  /** Empty for pass-through. */
  readonly user: string;
  /** True: re-create `Upgrade: websocket` on the next hop. */
  readonly upgrade?: boolean;
}

/** The request must be answered with the status of `refusalStatus` for this reason. */
export interface HeaderRefusal {
  readonly refused: 'protected-in-connection' | 'loop' | 'too-many';
  readonly detail: string;
}

/** More fields than this are refused (431). The documentation's 60 is a parameter of the front, not of HTTP. */
const most = 1000;
const https = ['x-forwarded-proto', 'https'] as const;

/**
 * The fields that go on to the application: hop-by-hop ones and every claim about user, path or origin removed, our cookie
 * taken out, Via and X-Forwarded-* written afresh (RFC 9110 7.6). Order and spelling of the others stay.
 */
export function forwardRequestHeaders(
  headers: HeaderPairs,
  facts: RequestHeaderFacts,
  rules: RequestHeaderRules,
): HeaderPairs | HeaderRefusal {
  if (headers.length > most) return { refused: 'too-many', detail: `${headers.length} header fields` };
  const out: (readonly [string, string])[] = [];
  let named: Set<string> | undefined;
  let via = rules.viaPair;
  const guarded = rules.identityNames;
  for (let i = 0; i < headers.length; i++) {
    const pair = headers[i] as readonly [string, string];
    const meaning = meaningOf(pair[0]);
    if (meaning === Meaning.plain) {
      if (guarded.size === 0 || !guarded.has(canonicalName(pair[0]))) out.push(pair);
    } else if (meaning === Meaning.connection) {
      const found = named === undefined ? namedByConnection(headers) : undefined;
      if (found === undefined) continue;
      const refused = found.refused ?? [...found.names].find((name) => guarded.has(name));
      if (refused !== undefined) return { refused: 'protected-in-connection', detail: refused };
      named = found.names;
    } else if (meaning === Meaning.cookie) {
      const kept = withoutCookies(pair[1], cookiePrefix);
      if (kept === pair[1]) out.push(pair);
      else if (kept !== undefined) out.push([pair[0], kept]);
    } else if (meaning === Meaning.via) {
      if (hasPseudonym(pair[1], rules.via)) return { refused: 'loop', detail: pair[1].slice(0, 200) };
      via = ['via', `${pair[1]}, ${via[1]}`];
    } else if (passes(meaning) && !guarded.has(canonicalName(pair[0]))) out.push(pair);
  }
  const forwardedFor = ['x-forwarded-for', facts.clientAddress] as const;
  const forwardedHost = ['x-forwarded-host', facts.host] as const;
  let kept: (readonly [string, string])[];
  // The usual case by far: an array that is whole at once takes half the memory of one that grows.
  if (out.length === 0) kept = [via, forwardedFor, forwardedHost, https];
  else {
    kept = named === undefined ? out : out.filter(([name]) => !named.has(canonicalName(name)));
    kept.push(via, forwardedFor, forwardedHost, https);
  }
  if (rules.userHeader !== undefined && facts.user !== '') kept.push([rules.userHeader, identityText(facts.user)]);
  if (facts.upgrade) kept.push(['connection', 'upgrade'], ['upgrade', 'websocket']);
  return kept;
}

/** Answer-only fields mean nothing in a request and pass. */
function passes(meaning: Meaning): boolean {
  return meaning === Meaning.setCookie || meaning === Meaning.location || meaning === Meaning.authenticate;
}

/** True when one of Via's members was added by `pseudonym` (the second word of a member). */
function hasPseudonym(via: string, pseudonym: string): boolean {
  if (!via.includes(pseudonym)) return false;
  return via.split(',').some((member) => member.trim().split(/\s+/)[1] === pseudonym);
}

/** 400, 431 for too many fields, 508 for a loop. */
export function refusalStatus({ refused }: HeaderRefusal): number {
  if (refused === 'loop') return 508;
  return refused === 'too-many' ? 431 : 400;
}

/** True for a refusal, false for headers. */
export function isRefusal(result: HeaderPairs | HeaderRefusal): result is HeaderRefusal {
  return !Array.isArray(result);
}
