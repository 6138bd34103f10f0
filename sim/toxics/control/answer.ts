import type { ServerResponse } from 'node:http';
import { encode } from './json-body.ts';
import type { ToxicsError } from './toxics-error.ts';

/** A complete HTTP answer of the control API. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Goes on writing after `body`, until the client leaves or the server ends. */
  readonly stream?: (response: ServerResponse) => void;
}

/** A JSON success; no final newline, as the real server. */
export function json(status: number, value: unknown, extra: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'Content-Type': 'application/json', ...extra }, body: encode(value) };
}

export const NO_CONTENT: Answer = { status: 204, headers: {}, body: '' };

/** Text with a final newline, the shape of Go's http.Error. */
export function plain(status: number, body: string, contentType = 'text/plain; charset=utf-8'): Answer {
  return { status, headers: { 'Content-Type': contentType, 'X-Content-Type-Options': 'nosniff' }, body: `${body}\n` };
}

export const NOT_FOUND: Answer = plain(404, '404 page not found');
export const METHOD_NOT_ALLOWED: Answer = { status: 405, headers: {}, body: '' };

export const BAD_REQUEST: Answer = {
  status: 400,
  headers: { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' },
  body: '400 Bad Request',
};

/** The error JSON, labelled text/plain as on the real server. */
export function failed(error: ToxicsError): Answer {
  return plain(error.status, encode({ error: error.message, status: error.status }));
}
