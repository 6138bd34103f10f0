import { z } from 'zod';
import { textBody } from '../../host/body.ts';
import { isHoldfastError } from '../../host/errors.ts';
import type { Log } from '../../host/host.ts';
import type { BodySource, FrontHandler, ResponseMessage } from '../../host/message.ts';
import { type Credential, signRequest } from './authority.ts';
import type { EnrolmentTokens } from './enrolment-tokens.ts';

const longestBody = 16 * 1024;
const enrolment = z.object({ token: z.string().max(100), csr: z.string().max(8000) });

export interface EnrolmentOptions {
  /** Signs connectors' certificates. */
  readonly authority: Credential;
  readonly tokens: EnrolmentTokens;
  /** Life of a connector's certificate; default 24 h. */
  readonly lifeMs?: number;
  readonly log: Log;
}

/** What a connector gets: its certificate and the authority it belongs to, PEM. */
export interface Enrolled {
  readonly connectorId: string;
  readonly cert: string;
  readonly ca: string;
}

/**
 * The admin endpoint that turns a one-time token and a certificate request into a connector's certificate: `POST /enrol`
 * with JSON `{token, csr}`. The name in the certificate is the one the token was made for, whatever the request says. A
 * token is spent by its first use, also when the request then turns out unusable. To be served over HTTPS.
 */
export function enrolmentHandler(options: EnrolmentOptions): FrontHandler {
  const { log, tokens } = options;
  return async (request) => {
    if (request.target !== '/enrol') return plain(404, 'not found');
    if (request.method !== 'POST') return plain(405, 'POST only');
    const text = await textOf(request.body);
    const parsed = enrolment.safeParse(text === undefined ? undefined : jsonOf(text));
    if (!parsed.success) return plain(400, 'JSON with token and csr wanted');
    const connectorId = tokens.redeem(parsed.data.token);
    if (connectorId === undefined) {
      log.event('warn', 'enrolment.refused', { address: request.clientAddress, why: 'token' });
      return plain(403, 'the token is unknown, used or expired');
    }
    try {
      const lifeMs = options.lifeMs ?? 24 * 3_600_000;
      const cert = await signRequest(options.authority, parsed.data.csr, connectorId, { lifeMs });
      log.event('info', 'enrolment.done', { connector: connectorId, address: request.clientAddress });
      const enrolled: Enrolled = { connectorId, cert, ca: options.authority.cert };
      return { status: 200, headers: [['Content-Type', 'application/json']], body: textBody(JSON.stringify(enrolled)) };
    } catch (error) {
      if (!isHoldfastError(error)) throw error;
      log.event('warn', 'enrolment.refused', {
        connector: connectorId,
        address: request.clientAddress,
        why: error.code,
      });
      return plain(400, error.message);
    }
  };
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
