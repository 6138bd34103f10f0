import { textBody } from '../host/body.ts';
import type { HeaderPairs, ResponseMessage } from '../host/message.ts';

/**
 * True when not the user but a page asks, by script or for a part of itself: a redirect to the token service would lead it
 * nowhere. Browsers say so in Sec-Fetch-Mode, which no script can set (W3C Fetch Metadata), older libraries in
 * X-Requested-With. A request that says neither is taken for the user's own.
 */
export function fromPage(headers: HeaderPairs): boolean {
  for (const [name, value] of headers) {
    const field = name.toLowerCase();
    if (field === 'x-requested-with' && value.trim().toLowerCase() === 'xmlhttprequest') return true;
    if (field === 'sec-fetch-mode' && !value.trim().toLowerCase().endsWith('navigate')) return true;
  }
  return false;
}

const headers: HeaderPairs = [
  ['content-type', 'text/plain; charset=utf-8'],
  ['cache-control', 'no-store'],
  // RFC 9110 15.5.2 wants a challenge; this scheme browsers do not know, so that none asks for a password
  ['www-authenticate', 'Cookie'],
  ['x-holdfast-cause', 'sign-in'],
];

/** 401 for a page whose user is not signed in; the page can send its user to sign in by loading itself again. */
export function signInNeeded(): ResponseMessage {
  return { status: 401, headers, body: textBody('Sign in first: load the page again.\n'), proxyCause: 'sign-in' };
}
