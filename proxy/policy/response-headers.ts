import type { HeaderPairs } from '../host/message.ts';
import { namedByConnection } from './connection-field.ts';
import { canonicalName, Meaning, meaningOf } from './header-names.ts';
import { translateLocation } from './location.ts';
import { cookiePrefix } from './session.ts';

/** What stays the same for all answers of one application. */
export interface ResponseHeaderRules {
  readonly via: string;
  /** The Via field of an answer that brought no field at all; made once. */
  readonly viaAlone: HeaderPairs;
  /** `scheme://host[:port]`, no trailing slash. */
  readonly internalOrigin: string;
  /** Path prefixes the two sides differ in, each beginning and ending with `/`; `/` and `/` when they do not. */
  readonly internalPath: string;
  readonly externalPath: string;
  /** The connector signs in with Kerberos: the application's Negotiate challenges and tokens are not the user's. */
  readonly hideNegotiate: boolean;
}

/**
 * The fields of an application's answer that go on to the user. Cookies with our names are dropped, cookies of an upgrade
 * answer (101) too (documented); Domain and Path of cookies and Location are moved to external names. Date is the front's.
 * @param externalHost the request's own, which matched the application: what is published under a wildcard has no other name
 */
export function forwardResponseHeaders(
  headers: HeaderPairs,
  status: number,
  rules: ResponseHeaderRules,
  externalHost: string,
): HeaderPairs {
  if (headers.length === 0) return rules.viaAlone;
  const out: (readonly [string, string])[] = [];
  let named: Set<string> | undefined;
  let via = `1.1 ${rules.via}`;
  for (const pair of headers) {
    const [name, value] = pair;
    switch (meaningOf(name)) {
      case Meaning.connection:
        named ??= namedByConnection(headers)?.names;
        break;
      case Meaning.drop:
        break;
      case Meaning.via:
        via = `${value}, ${via}`;
        break;
      case Meaning.setCookie: {
        const cookie = status === 101 ? undefined : forwardSetCookie(value, rules);
        if (cookie === value) out.push(pair);
        else if (cookie !== undefined) out.push([name, cookie]);
        break;
      }
      case Meaning.location: {
        const place = translateLocation(value, rules, externalHost);
        out.push(place === value ? pair : [name, place]);
        break;
      }
      case Meaning.authenticate:
        if (!rules.hideNegotiate || !/^\s*negotiate\b/i.test(value)) out.push(pair);
        break;
      case Meaning.identity:
        // The proxy's own words about an answer (x-holdfast-cause) are not the application's to say.
        if (!canonicalName(name).startsWith('x-holdfast-')) out.push(pair);
        break;
      default:
        out.push(pair);
    }
  }
  const kept = named === undefined ? out : out.filter(([name]) => !named.has(canonicalName(name)) || safe(name));
  kept.push(['via', via]);
  return kept;
}

/** An answer's Connection field cannot take these away; unlike a request it is not worth refusing for. */
function safe(name: string): boolean {
  const plain = canonicalName(name);
  return plain === 'content-length' || plain === 'content-type' || plain === 'set-cookie';
}

/**
 * One Set-Cookie text of the application for the user: undefined for a cookie with our prefix; a Domain is dropped (the
 * cookie then belongs to the external host alone); a Path under the internal prefix moves to the external one, and one that
 * covers the prefix is narrowed to it: beside it other applications may be published. Except that a `__Host-` cookie keeps its
 * Path: with another than `/` browsers would not take it at all.
 */
export function forwardSetCookie(text: string, rules: ResponseHeaderRules): string | undefined {
  if (text.trimStart().toLowerCase().startsWith(cookiePrefix)) return undefined;
  const move = (rules.internalPath !== rules.externalPath || rules.externalPath !== '/') && !/^\s*__host-/i.test(text);
  if (!/;\s*domain\s*=/i.test(text) && !(move && /;\s*path\s*=/i.test(text))) return text;
  const [pair, ...attributes] = text.split(';');
  const kept = [pair as string];
  for (const attribute of attributes) {
    // no pattern: with blanks on both sides of what it looks for it takes the square of their number
    const at = attribute.indexOf('=');
    const name = (at < 0 ? attribute : attribute.slice(0, at)).trim().toLowerCase();
    if (name === 'domain') continue;
    const path = name === 'path' && at >= 0 ? attribute.slice(at + 1).trim() : undefined;
    kept.push(move && path?.startsWith('/') ? ` Path=${movePath(path, rules)}` : attribute);
  }
  return kept.join(';');
}

function movePath(path: string, rules: ResponseHeaderRules): string {
  if (`${path}/` === rules.internalPath) return rules.externalPath;
  if (path.startsWith(rules.internalPath)) return rules.externalPath + path.slice(rules.internalPath.length);
  const covers = rules.internalPath.startsWith(path.endsWith('/') ? path : `${path}/`);
  return covers ? rules.externalPath : path;
}
