import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { CancelSource } from '../../host/cancel.ts';
import type { Log } from '../../host/host.ts';
import type { FrontServer, RequestMessage, ResponseMessage } from '../../host/message.ts';
import type { LiveClock } from '../clock.ts';
import { plainAnswer } from './answer.ts';
import { refuseRaw } from './client-error.ts';
import { answering } from './connections.ts';
import { FrontExchange } from './exchange.ts';
import type { FrontLimits } from './limits.ts';
import { linger } from './linger.ts';
import { requestBody } from './request-body.ts';
import { type AcceptedHead, checkRequest } from './request-check.ts';
import { answerHandshake } from './upgrade.ts';

export interface FrontContext {
  readonly server: FrontServer;
  readonly limits: FrontLimits;
  readonly clock: LiveClock;
  readonly log: Log | undefined;
  readonly secure: boolean;
  /** Set by drain: answers ask the client to go elsewhere. */
  closing: boolean;
  /** A request came on this connection. */
  readonly heard: (socket: Socket) => void;
  /** The handler is asked for a WebSocket on this connection. */
  readonly switching: (socket: Socket) => void;
  /** An answer of a front that is closing is over: its connection may be idle now. */
  readonly answered: () => void;
}

/** Connections with a refused request on them: what follows on them may be a smuggled request and is not looked at. */
const refusedOn = new WeakSet<Duplex>();

/** Serves one request. Nothing it does may throw: an exception here would end the process. */
export function serveRequest(
  context: FrontContext,
  request: IncomingMessage,
  response: ServerResponse,
  expects: boolean,
): void {
  context.heard(request.socket);
  if (refusedOn.has(request.socket)) return;
  const head = checkRequest(rawHead(request), context.limits);
  if (head.kind === 'refused') {
    refusedOn.add(request.socket);
    context.log?.event('info', 'front.refused', { status: head.status, detail: head.detail });
    response.on('error', () => {});
    request.on('error', () => {});
    void linger(request, context.clock).then(() => plainAnswer(response, head.status, head.detail));
    return;
  }
  const cancel = new CancelSource();
  response.on('close', () => {
    if (!response.writableFinished) cancel.cancel('client-closed');
    if (context.closing) context.answered();
  });
  response.on('error', () => {});
  if (!head.hasBody) {
    new FrontExchange(context, request, response, head, undefined).ask(messageOf(head, request, undefined), cancel);
    return;
  }
  request.on('error', () => {});
  const { clock, limits } = context;
  queueMicrotask(() => {
    const body = requestBody(request, head.length, expects ? response : undefined, clock, limits);
    new FrontExchange(context, request, response, head, body).ask(messageOf(head, request, body), cancel);
  });
}

function messageOf(head: AcceptedHead, request: IncomingMessage, body: RequestMessage['body']): RequestMessage {
  return {
    method: head.method,
    host: head.host,
    target: head.target,
    headers: head.headers,
    body,
    clientAddress: request.socket.remoteAddress ?? '',
  };
}

function rawHead(request: IncomingMessage): {
  method: string;
  url: string;
  httpVersion: string;
  rawHeaders: readonly string[];
} {
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    httpVersion: request.httpVersion,
    rawHeaders: request.rawHeaders,
  };
}

/**
 * A request with `Upgrade`. WebSocket handshakes go to the handler; everything else (h2c, unknown protocols) is served as
 * plain HTTP/1.1 with the offer dropped, by handing the head back to the parser without it.
 */
export function serveHandshake(
  context: FrontContext,
  request: IncomingMessage,
  socket: Socket,
  rest: Buffer,
  parseAgain: () => void,
): void {
  context.heard(socket);
  if (answering(socket) || refusedOn.has(socket)) {
    // An earlier request of this connection is not answered yet: two writers on one socket cannot be told apart.
    socket.destroy();
    return;
  }
  const head = checkRequest(rawHead(request), context.limits);
  if (head.kind === 'refused') {
    context.log?.event('info', 'front.refused', { status: head.status, detail: head.detail });
    refuseRaw(socket, head.status, head.detail);
    return;
  }
  if (!head.webSocket) {
    socket.unshift(Buffer.concat([withoutOffer(request), rest]));
    parseAgain();
    return;
  }
  if (head.hasBody) {
    refuseRaw(socket, 400, 'handshake with a body');
    return;
  }
  context.switching(socket);
  void handshake(context, request, socket, rest, head);
}

async function handshake(
  context: FrontContext,
  request: IncomingMessage,
  socket: Socket,
  rest: Buffer,
  head: AcceptedHead,
): Promise<void> {
  const { limits, clock } = context;
  const cancel = new CancelSource();
  socket.once('close', () => cancel.cancel('client-closed'));
  if (rest.length > 0) socket.unshift(rest);
  try {
    const asked = messageOf(head, request, undefined);
    const message = await new Promise<ResponseMessage>((take, failed) =>
      context.server.serve(asked, cancel, { take, failed }),
    );
    await answerHandshake(request, socket, message, {
      method: head.method,
      clock,
      writeIdleMs: limits.bodyIdleMs,
      answerIdleMs: limits.answerIdleMs,
      close: true,
      upgradeIdleMs: limits.upgradeIdleMs,
    });
  } catch (error) {
    context.log?.event('error', 'front.error', { detail: error instanceof Error ? error.message : String(error) });
    refuseRaw(socket, 500, 'internal error');
  }
}

/** The head as received, less Upgrade, HTTP2-Settings and the options of Connection that belong to them; the others still count. */
function withoutOffer(request: IncomingMessage): Buffer {
  let text = `${request.method} ${request.url} HTTP/${request.httpVersion}\r\n`;
  const fields = request.rawHeaders;
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const name = fields[i] as string;
    const value = fields[i + 1] as string;
    if (/^(upgrade|http2-settings)$/i.test(name)) continue;
    const kept = /^connection$/i.test(name) ? withoutOptions(value) : value;
    text += `${name}: ${kept}\r\n`;
  }
  return Buffer.from(`${text}\r\n`, 'latin1');
}

function withoutOptions(connection: string): string {
  const options = connection.split(',').filter((option) => !/^\s*(upgrade|http2-settings)\s*$/i.test(option));
  return options.join(',').trim();
}
