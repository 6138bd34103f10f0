import { request as httpsRequest } from 'node:https';
import { z } from 'zod';
import { HoldfastError, isHoldfastError } from '../../host/errors.ts';
import { type AdminConnection, adminConnection } from './admin-connection.ts';
import type { Credential } from './authority.ts';
import type { Enrolled } from './enrolment-endpoint.ts';
import { proveRenewal } from './renewal.ts';
import { createRequest } from './request.ts';

const answer = z.object({ connectorId: z.string(), cert: z.string(), ca: z.string() });

export interface EndpointOptions {
  /** Base URL of the admin endpoint, https. */
  readonly url: string;
  /** PEM of the authority that signed the endpoint's certificate; it came with the token. */
  readonly ca: string;
  readonly connectorId: string;
  /** `host:port` of an HTTP proxy to go through; undefined: direct. */
  readonly outboundProxy?: string | undefined;
  readonly timeoutMs?: number;
}

export interface EnrolOptions extends EndpointOptions {
  readonly token: string;
}

/**
 * The connector's side of enrolment: makes a key, sends a request with the one-time token, gets its certificate back. The
 * key never leaves this process. ERR_ENROL: refused, unreachable, or an answer that makes no sense.
 */
export async function enrol(options: EnrolOptions): Promise<Credential & { readonly ca: string }> {
  const { csr, key } = await createRequest(options.connectorId);
  const enrolled = await send(options, '/enrol', { token: options.token, csr });
  if (enrolled.connectorId !== options.connectorId) {
    const detail = `the token was made for ${enrolled.connectorId}, not for ${options.connectorId}`;
    throw enrolError(detail, options.url, newToken);
  }
  return { cert: enrolled.cert, key, ca: enrolled.ca };
}

/** A new certificate, with a new key, for one that is still valid. ERR_ENROL as for enrolment. */
export async function renew(options: EndpointOptions, old: Credential): Promise<Credential & { readonly ca: string }> {
  const { csr, key } = await createRequest(options.connectorId);
  const renewed = await send(options, '/renew', { cert: old.cert, csr, proof: proveRenewal(old.key, csr) });
  return { cert: renewed.cert, key, ca: renewed.ca };
}

const newToken =
  'A token works once and for one hour, for the connector it was made for: make a new one and try again.';
const wrongPlace = 'Check that enrolment.url is the admin endpoint of a Holdfast service.';

function enrolError(detail: string, url: string, hint: string, cause?: unknown): HoldfastError {
  return new HoldfastError('ERR_ENROL', `enrolment at ${url} failed: ${detail}`, {
    facts: { url, detail },
    hint,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** An endpoint that was not reached says nothing about the token, which is as good as before. */
function notReached(error: NodeJS.ErrnoException, url: string): HoldfastError {
  const { code = '' } = error;
  const untrusted = /CERT|VERIFY|SIGNATURE|ALTNAME|ISSUER/.test(code);
  const answerless = code === '' || code === 'ECONNRESET';
  const hint = answerless
    ? 'Check that what listens there is the admin endpoint of a Holdfast service and is well; if a second try is refused, the token was spent: make a new one.'
    : untrusted
      ? "Check enrolment.ca, the authority of the endpoint's certificate, and that the host in enrolment.url is named in it."
      : 'Check enrolment.url and that the service runs there with its admin endpoint; the token can be used again.';
  return enrolError(error.message || code, url, hint, error);
}

/** 403: not this token. 400: a request the endpoint does not understand. Others come from something else. */
const hintOf = (status: number | undefined): string => (status === 403 ? newToken : wrongPlace);

async function send(options: EndpointOptions, path: string, message: object): Promise<Enrolled> {
  const { url, ca, outboundProxy, timeoutMs = 10_000 } = options;
  const target = new URL(path, url);
  let connection: AdminConnection;
  try {
    connection = await adminConnection(target, ca, outboundProxy, timeoutMs);
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    throw enrolError(error.message, url, `${error.hint ?? ''} The token can be used again.`.trim(), error);
  }
  return post(target, connection, options, JSON.stringify(message));
}

function post(target: URL, connection: AdminConnection, options: EndpointOptions, body: string): Promise<Enrolled> {
  const { url, ca, timeoutMs = 10_000 } = options;
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const request = httpsRequest(
      target,
      { method: 'POST', ca, ...connection, timeout: timeoutMs, headers },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('error', (error) => reject(enrolError(error.message, url, wrongPlace, error)));
        response.on('data', (part: string) => {
          text += part;
          if (text.length > 64 * 1024) response.destroy(new Error('answer too long'));
        });
        response.on('end', () => {
          if (response.statusCode !== 200) {
            reject(enrolError(`${response.statusCode ?? 0} ${text.trim()}`, url, hintOf(response.statusCode)));
            return;
          }
          try {
            resolve(answer.parse(JSON.parse(text)));
          } catch (error) {
            reject(enrolError('the answer makes no sense', url, wrongPlace, error));
          }
        });
      },
    );
    request.on('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    request.on('error', (error) => reject(notReached(error, url)));
    request.end(body);
  });
}
