import { wholeBody } from '../host/body.ts';
import type { Chunk, HeaderPairs, ProxyCause, ResponseMessage } from '../host/message.ts';
import type { EpochMs } from '../host/units.ts';

/** What an error page tells: enough to find the request again in the logs, nothing about the inside. */
export interface ErrorFacts {
  readonly transactionId: string;
  readonly wall: EpochMs;
  /** Whole seconds, ≥ 0. */
  readonly retryAfterSeconds?: number | undefined;
  /** A finer status of the same cause (405, 414, 421, 431, … for `bad-request`). */
  readonly status?: number | undefined;
}

interface Kind {
  readonly status: number;
  /** Status text as documented where there is one ("Gateway time-out", "Bad gateway", "Backend Timeout", "Forbidden"). */
  readonly text: string;
  readonly advice: string;
}

const later = 'Try again in a moment.';
const kinds: Readonly<Record<Exclude<ProxyCause, 'sign-in'>, Kind>> = {
  'sign-in-failed': { status: 403, text: 'Forbidden', advice: 'You could not be signed in to this application.' },
  'token-service-unavailable': {
    status: 503,
    text: 'Sign-in unavailable',
    advice: `Nobody can be signed in now. ${later}`,
  },
  'no-connector': { status: 504, text: 'Gateway time-out', advice: 'No connector of this application can be reached.' },
  'connector-lost': { status: 502, text: 'Connector lost', advice: 'The connector went away during your request.' },
  overload: { status: 503, text: 'Overloaded', advice: `Too many requests are waiting. ${later}` },
  throttled: { status: 429, text: 'Too many requests', advice: `The limit of this application was reached. ${later}` },
  'backend-unreachable': { status: 502, text: 'Bad gateway', advice: 'The connector cannot reach the application.' },
  'backend-timeout': { status: 504, text: 'Backend Timeout', advice: 'The application did not answer in time.' },
  'directory-unavailable': { status: 502, text: 'Bad gateway', advice: 'Single sign-on to the application failed.' },
  'not-found': { status: 404, text: 'Not found', advice: 'No application is published at this address.' },
  'bad-request': { status: 400, text: 'Bad request', advice: 'The request was refused.' },
  draining: { status: 503, text: 'Going away', advice: `This instance is being restarted. ${later}` },
};

const head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>';
const middle = '</title><h1>This corporate app can&#39;t be accessed</h1><p>';
const factsMark = '</p><p>Status: ';

/** Static text of one cause, made once. */
interface Prepared {
  readonly status: number;
  readonly page: string;
  readonly headers: HeaderPairs;
}

const prepared = new Map<ProxyCause, Prepared>();
for (const [cause, kind] of Object.entries(kinds) as [ProxyCause, Kind][]) {
  prepared.set(cause, {
    status: kind.status,
    page: `${head}${kind.text}${middle}${kind.advice}${factsMark}${kind.text}</p>`,
    headers: [
      ['content-type', 'text/html; charset=utf-8'],
      ['cache-control', 'no-store'],
      ['x-holdfast-cause', cause],
    ],
  });
}

/**
 * The proxy's own answer instead of the application's: documented status text, transaction id, time. `sign-in` is a
 * redirect, not an error; asking for it gives the page of `sign-in-failed`.
 */
export function errorResponse(cause: ProxyCause, facts: ErrorFacts): ResponseMessage {
  const kind = prepared.get(cause) ?? (prepared.get('sign-in-failed') as Prepared);
  const headers: (readonly [string, string])[] = [
    ...kind.headers,
    ['x-holdfast-transaction', headerText(facts.transactionId)],
  ];
  if (facts.retryAfterSeconds !== undefined) headers.push(['retry-after', String(Math.ceil(facts.retryAfterSeconds))]);
  return {
    status: facts.status ?? kind.status,
    headers,
    body: wholeBody(new PageChunk(kind.page, facts)),
    proxyCause: cause,
  };
}

/** Visible ASCII of at most 128 characters; the rest is dropped, so no header can be forged through an id. */
function headerText(text: string): string {
  return /^[\x21-\x7e]{1,128}$/.test(text) ? text : text.replace(/[^\x21-\x7e]/g, '').slice(0, 128);
}

/** Markup of `text` for element content and quoted attributes; what is not ASCII becomes a character reference. */
export function escapeHtml(text: string): string {
  return /^[\w .-]*$/.test(text) ? text : text.replace(/[&<>"']|[^\x20-\x7e]/gu, (c) => `&#${c.codePointAt(0)};`);
}

const transactionMark = '<p>Transaction: ';
const timeMark = '</p><p>Time: ';
const tail = '</p></html>';
/** `2026-01-01T00:00:00.000Z` */
const timeLength = 24;

/** The text is written out only when somebody reads it: in virtual time nobody does. All of it is ASCII. */
class PageChunk implements Chunk {
  readonly bytes: number;
  readonly #page: string;
  readonly #transaction: string;
  readonly #wall: EpochMs;

  constructor(page: string, facts: ErrorFacts) {
    this.#page = page;
    this.#transaction = escapeHtml(facts.transactionId);
    this.#wall = facts.wall;
    const fixed = page.length + transactionMark.length + timeMark.length + timeLength + tail.length;
    this.bytes = fixed + this.#transaction.length;
  }

  get data(): Uint8Array {
    const time = new Date(this.#wall).toISOString();
    return new TextEncoder().encode(`${this.#page}${transactionMark}${this.#transaction}${timeMark}${time}${tail}`);
  }
}
