import { z } from 'zod';
import { textBody } from '../../host/body.ts';
import type { Log } from '../../host/host.ts';
import type { BodySource, FrontHandler, ResponseMessage } from '../../host/message.ts';
import { type Credential, requestProblem, signRequest } from './authority.ts';
import type { EnrolmentTokens } from './enrolment-tokens.ts';
import { renewalName } from './renewal.ts';

const longestBody = 16 * 1024;
const pemText = z.string().max(8000);
const enrolment = z.object({ token: z.string().max(100), csr: pemText });
const renewal = z.object({ cert: pemText, csr: pemText, proof: z.string().max(500) });

export interface EnrolmentOptions {
  /** Signs connectors' certificates. */
  readonly authority: Credential;
  readonly tokens: EnrolmentTokens;
  /** Life of a connector's certificate; default 24 h. */
  readonly lifeMs?: number;
  /** Whether a connector is still in the registry; one that was taken out gets no new certificate. */
  readonly registered: (connectorId: string) => boolean;
  /** Epoch milliseconds; default Date.now. */
  readonly now?: () => number;
  readonly log: Log;
}

/** What a connector gets: its certificate and the authority it belongs to, PEM. */
export interface Enrolled {
  readonly connectorId: string;
  readonly cert: string;
  readonly ca: string;
}

/**
 * The admin endpoint for connectors' certificates, to be served over HTTPS.
 *
 * `POST /enrol` with JSON `{token, csr}`: a one-time token and a certificate request become a certificate. Its name is the
 * one the token was made for, whatever the request says. Only an enrolment that succeeds spends the token: after a mangled
 * request, or for a connector not registered yet, the administrator need not make another. `POST /renew` with `{cert, csr, proof}`: a valid certificate becomes a new one of the same name.
 */
export function enrolmentHandler(options: EnrolmentOptions): FrontHandler {
  return async (request) => {
    const renewing = request.target === '/renew';
    if (!renewing && request.target !== '/enrol') return plain(404, 'not found');
    if (request.method !== 'POST') return plain(405, 'POST only');
    const message = jsonOf((await textOf(request.body)) ?? '');
    const asked = renewing ? renewedName(options, message) : enrolledName(options, message);
    if (asked === undefined)
      return plain(400, renewing ? 'JSON with cert, csr and proof wanted' : 'JSON with token and csr wanted');
    const { name, csr, token } = asked;
    const what = renewing ? 'renewal' : 'enrolment';
    const refuse = (status: number, why: string, text: string): ResponseMessage => {
      options.log.event('warn', `${what}.refused`, { address: request.clientAddress, connector: name ?? '', why });
      return plain(status, text);
    };
    if (name === undefined) return refuse(403, 'no name', renewing ? notRenewed : noToken);
    if (!options.registered(name)) {
      return refuse(403, 'not registered', renewing ? notRenewed : `${name} is not in the list of connectors`);
    }
    const problem = await requestProblem(csr);
    if (problem !== undefined) return refuse(400, problem.code, problem.message);
    // the one use of the token, last: of two that got this far with it one wins
    if (token !== undefined && options.tokens.redeem(token) !== name) return refuse(403, 'token used', noToken);
    return certify(options, name, csr, what, request.clientAddress);
  };
}

const notRenewed = 'the certificate cannot be renewed';
const noToken = 'the token is unknown, used or expired';

interface Asked {
  readonly name: string | undefined;
  readonly csr: string;
  /** To be spent; undefined for a renewal. */
  readonly token: string | undefined;
}

function enrolledName(options: EnrolmentOptions, message: unknown): Asked | undefined {
  const parsed = enrolment.safeParse(message);
  if (!parsed.success) return undefined;
  const { token, csr } = parsed.data;
  return { name: options.tokens.holder(token), csr, token };
}

function renewedName(options: EnrolmentOptions, message: unknown): Asked | undefined {
  const parsed = renewal.safeParse(message);
  if (!parsed.success) return undefined;
  const { cert, csr, proof } = parsed.data;
  const now = (options.now ?? Date.now)();
  return { name: renewalName(options.authority.cert, cert, csr, proof, now), csr, token: undefined };
}

async function certify(
  options: EnrolmentOptions,
  connectorId: string,
  csr: string,
  what: string,
  address: string,
): Promise<ResponseMessage> {
  const { log, authority, lifeMs = 24 * 3_600_000 } = options;
  const cert = await signRequest(authority, csr, connectorId, { lifeMs, now: (options.now ?? Date.now)() });
  log.event('info', `${what}.done`, { connector: connectorId, address });
  const enrolled: Enrolled = { connectorId, cert, ca: authority.cert };
  return { status: 200, headers: [['Content-Type', 'application/json']], body: textBody(JSON.stringify(enrolled)) };
}

function plain(status: number, text: string): ResponseMessage {
  return { status, headers: [['Content-Type', 'text/plain; charset=utf-8']], body: textBody(`${text}\n`) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The body as text; undefined when there is none or it is longer than any enrolment. */
async function textOf(body: BodySource | undefined): Promise<string | undefined> {
  if (body === undefined) return undefined;
  const parts: Uint8Array[] = [];
  for (let size = 0; ; ) {
    const chunk = await body.pull();
    if (chunk === undefined) return Buffer.concat(parts).toString('utf8');
    size += chunk.bytes;
    if (size > longestBody) {
      body.cancel('too long');
      return undefined;
    }
    if (chunk.data !== undefined) parts.push(chunk.data);
  }
}
