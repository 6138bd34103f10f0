import { textBody } from '../host/body.ts';
import type { HeaderPairs, RequestMessage, ResponseMessage } from '../host/message.ts';

/**
 * True when the user means to sign out: a page of this very site posted the form, or the user navigated here, by a link of
 * this site or by hand. Any other page of the world can make a browser fetch the address, as an image or a hidden form,
 * with the session cookie (SameSite=None); those are asked first. Browsers set Sec-Fetch-* and no script can (W3C Fetch
 * Metadata); a browser without them is asked too.
 */
export function meansSignOut({ method, host, headers }: RequestMessage): boolean {
  const site = only(headers, 'sec-fetch-site');
  if (method === 'POST')
    return site === undefined ? only(headers, 'origin') === `https://${host}` : site === 'same-origin';
  if (method !== 'GET' || (site !== 'same-origin' && site !== 'none')) return false;
  // the page itself: neither a picture or frame inside one, nor one that is fetched ahead of the user
  return only(headers, 'sec-fetch-dest') === 'document' && only(headers, 'sec-purpose') === undefined;
}

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sign out</title><h1>Sign out?</h1><form method="post"><p><button>Sign out</button></p></form></html>
`;

const pageHeaders: HeaderPairs = [
  ['content-type', 'text/html; charset=utf-8'],
  ['cache-control', 'no-store'],
  // nobody shows the button inside a page of theirs
  ['x-frame-options', 'DENY'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
];

/** Asks with a form that posts to the same address. Status 200 for a page that was opened, 403 for a post that did nothing. */
export function signOutPage(method: string): ResponseMessage {
  const status = method === 'GET' || method === 'HEAD' ? 200 : 403;
  return { status, headers: pageHeaders, body: textBody(page), proxyCause: 'sign-in' };
}

/** The value of a field that is there once; undefined when it is not, '' when several are. */
function only(headers: HeaderPairs, name: string): string | undefined {
  let found: string | undefined;
  for (const [field, value] of headers) {
    if (field.toLowerCase() === name) found = found === undefined ? value.trim().toLowerCase() : '';
  }
  return found;
}
