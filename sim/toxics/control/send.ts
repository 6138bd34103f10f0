import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Answer, METHOD_NOT_ALLOWED } from './answer.ts';

/** How long a client that is answered before it has sent its body may go on sending, so that no reset eats the answer. */
const LINGER_MS = 500;

/** Writes an answer. When the request's body has not come completely, the connection ends with it. */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  extra: Record<string, string> = {},
): void {
  if (response.destroyed) return;
  const early = hasBody(request) && !request.complete;
  const headers = { ...answer.headers, ...extra, ...(early ? { Connection: 'close' } : {}) };
  if (answer.stream !== undefined) {
    response.writeHead(answer.status, headers);
    response.write(answer.body);
    answer.stream(response);
    return;
  }
  const length = answer.status === 204 ? {} : { 'Content-Length': String(Buffer.byteLength(answer.body)) };
  response.writeHead(answer.status, { ...headers, ...length });
  const body = answer.status === METHOD_NOT_ALLOWED.status ? '' : answer.body;
  if (early) endLater(request, response, body);
  else response.end(body);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** The whole answer now, the end of the connection when the rest of the body was thrown away or does not come. */
function endLater(request: IncomingMessage, response: ServerResponse, body: string): void {
  if (body === '') response.flushHeaders();
  else response.write(body);
  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, LINGER_MS);
  request.once('end', end);
  request.resume();
}

/** Why Node could not read a request, and the bytes it could not read. */
export interface Malformed extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

const STATUS_OF_ERROR: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Answers what is not HTTP, or not in time, and ends the connection; `answering`: an answer is under way on it. */
export function answerMalformed(error: Malformed, socket: Duplex, answering: boolean): void {
  if (error.code === 'ECONNRESET' || !socket.writable || answering) {
    socket.destroy();
    return;
  }
  const status = hasUnknownMethod(error)
    ? '405 Method Not Allowed'
    : (STATUS_OF_ERROR[error.code ?? ''] ?? '400 Bad Request');
  const body = status.startsWith('405') ? '' : status;
  const type = body === '' ? '' : 'Content-Type: text/plain; charset=utf-8\r\n';
  socket.end(`HTTP/1.1 ${status}\r\n${type}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`, () =>
    socket.destroy(),
  );
}

/** Node does not read a request whose method it does not know; no route takes it, whatever the path. */
function hasUnknownMethod({ code, rawPacket }: Malformed): boolean {
  const line = rawPacket?.toString('latin1', 0, 4_096) ?? '';
  return code === 'HPE_INVALID_METHOD' && /^[\w!#$%&'*+.^`|~-]+ \S+ HTTP\/1\.[01]\r?\n/.test(line);
}
