import type { HeaderPairs } from '../../host/message.ts';
import { NameKinds } from '../../host/name-kinds.ts';
import { hopFields } from '../hop-fields.ts';
import type { FrontLimits } from './limits.ts';

/** A request head as Node's parser hands it over; `rawHeaders` is the flat list name, value, name, value, … */
export interface RawHead {
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  readonly rawHeaders: readonly string[];
}

export interface AcceptedHead {
  readonly kind: 'accepted';
  readonly method: string;
  /** Authority in lower case, with the port if the client sent one. */
  readonly host: string;
  /** Origin-form. */
  readonly target: string;
  /** Without Host and the fields of this hop; Content-Length in canonical form; `Upgrade: websocket` stays on a handshake. */
  readonly headers: HeaderPairs;
  readonly hasBody: boolean;
  /** Bytes of the body as announced; undefined when chunked. */
  readonly length: number | undefined;
  readonly webSocket: boolean;
  readonly expectsContinue: boolean;
}

/**
 * The front answers by itself and closes the connection. `detail` is for the log and the plain-text answer. Status 200: an
 * OPTIONS that asked to be forwarded no farther.
 */
export interface RefusedHead {
  readonly kind: 'refused';
  readonly status: number;
  readonly detail: string;
}

const authority = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?$/;
/** A name of 255 characters, a colon and a port. */
const longestAuthority = 261;
const absoluteForm = /^https?:\/\/([^/?#]*)([/?].*)?$/i;
/** Fields of the hop that ends here, and those the message carries elsewhere. */
const dropped = new Set([...hopFields, 'http2-settings', 'expect', 'host', 'content-length', 'max-forwards']);
const plain = '';
/** The field in lower case where it is of those; `plain` for all others. */
const keys = new NameKinds<string>((name) => {
  const key = name.toLowerCase();
  return dropped.has(key) ? key : plain;
});
/** Fields a client may not have removed through Connection: whom the request is from and for, and how it is framed. */
const protectedField =
  /^(host|cookie|authorization|forwarded|via|content-.*|sec-.*|x-(auth|user|forwarded|ms|real|remote|client|original).*)$/;

const refused = (status: number, detail: string): RefusedHead => ({ kind: 'refused', status, detail });

/**
 * Decides whether a request head may enter, and in what form: what llhttp lets through but an intermediary must not pass
 * on (RFC 9110 7, RFC 9112 2-6). Pure; never throws.
 */
export function checkRequest(head: RawHead, limits: FrontLimits): AcceptedHead | RefusedHead {
  const { method, url, httpVersion, rawHeaders } = head;
  if (httpVersion !== '1.1' && httpVersion !== '1.0') {
    return httpVersion === '0.9' ? refused(400, 'HTTP/0.9') : refused(505, `HTTP/${httpVersion}`);
  }
  if (method === 'TRACE' || method === 'CONNECT') return refused(405, `method ${method}`);
  if (url.length > limits.maxTargetBytes) return refused(414, 'target too long');
  if (rawHeaders.length > 2 * limits.maxHeaderFields) return refused(431, 'too many header fields');
  let host: string | undefined;
  let transfer: string | undefined;
  let length: string | undefined;
  let connection = '';
  let upgrade = '';
  let expect: string | undefined;
  let hops: string | undefined;
  const headers: Array<readonly [string, string]> = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    const value = rawHeaders[i + 1] as string;
    const key = keys.of(name);
    if (key === plain) {
      headers.push([name, value]);
      continue;
    }
    if (key === 'host') {
      if (host !== undefined) return refused(400, 'more than one Host');
      host = value;
    } else if (key === 'content-length') {
      if (length !== undefined || !/^[0-9]{1,15}$/.test(value)) return refused(400, 'Content-Length');
      length = value;
    } else if (key === 'transfer-encoding') transfer = transfer === undefined ? value : `${transfer},${value}`;
    else if (key === 'connection') connection = connection === '' ? value : `${connection},${value}`;
    else if (key === 'upgrade') upgrade = upgrade === '' ? value : `${upgrade},${value}`;
    else if (key === 'expect') expect = value;
    else if (key === 'max-forwards') {
      if (method === 'OPTIONS' && /^[0-9]{1,15}$/.test(value)) hops = value;
      else headers.push([name, value]);
    }
  }
  if (transfer !== undefined) {
    if (httpVersion === '1.0') return refused(400, 'Transfer-Encoding in HTTP/1.0');
    if (length !== undefined) return refused(400, 'Content-Length and Transfer-Encoding');
    if (transfer.trim().toLowerCase() !== 'chunked') return refused(501, 'Transfer-Encoding other than chunked');
  }
  const absolute = url.startsWith('/') ? undefined : absoluteForm.exec(url);
  if (absolute === null) return refused(400, 'target is neither a path nor an absolute URL');
  const target = absolute === undefined ? url : originForm(absolute[2]);
  if (target.includes('#')) return refused(400, 'fragment in the target');
  // RFC 9112 3.2.2: with absolute-form the target's authority counts and Host is ignored, but it must still be valid.
  if (host === undefined || !isAuthority(host)) return refused(400, 'Host missing or invalid');
  const named = absolute === undefined ? host : (absolute[1] as string);
  if (!isAuthority(named)) return refused(400, 'authority of the target is invalid');
  if (expect !== undefined && expect.toLowerCase() !== '100-continue') return refused(417, 'Expect');
  // RFC 9110 7.6.2; TRACE, the other method it counts for, is refused.
  if (hops !== undefined && Number(hops) === 0) return refused(200, 'Max-Forwards ends here');
  const options = connection === '' ? [] : connection.split(',').map((option) => option.trim().toLowerCase());
  const shielded = options.find((option) => protectedField.test(option));
  if (shielded !== undefined) return refused(400, `Connection names ${shielded}`);
  const webSocket =
    httpVersion === '1.1' &&
    options.includes('upgrade') &&
    upgrade.trim().toLowerCase() === 'websocket' &&
    method === 'GET';
  const kept = withoutNamed(headers, options);
  if (length !== undefined) kept.push(['Content-Length', String(Number(length))]);
  if (hops !== undefined) kept.push(['Max-Forwards', String(Number(hops) - 1)]);
  if (webSocket) kept.push(['Upgrade', 'websocket']);
  return {
    kind: 'accepted',
    method,
    host: named.toLowerCase(),
    target,
    headers: kept,
    hasBody: transfer !== undefined || (length !== undefined && Number(length) > 0),
    length: length === undefined ? undefined : Number(length),
    webSocket,
    expectsContinue: expect !== undefined && httpVersion === '1.1',
  };
}

function isAuthority(text: string): boolean {
  return text.length <= longestAuthority && authority.test(text);
}

function originForm(rest: string | undefined): string {
  if (rest === undefined) return '/';
  return rest.startsWith('?') ? `/${rest}` : rest;
}

/** Drops the fields that the Connection options name; the ordinary options name none that are left. */
function withoutNamed(
  headers: Array<readonly [string, string]>,
  options: readonly string[],
): Array<readonly [string, string]> {
  const named = options.filter((option) => option !== 'keep-alive' && option !== 'close' && option !== 'upgrade');
  if (named.length === 0) return headers;
  return headers.filter(([name]) => !named.includes(name.toLowerCase()));
}
