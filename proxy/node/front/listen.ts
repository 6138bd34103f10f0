import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { HoldfastError } from '../../host/errors.ts';
import type { Log } from '../../host/host.ts';
import type { FrontHandler, FrontServer } from '../../host/message.ts';
import { LiveClock } from '../clock.ts';
import { listenOn } from '../listen-on.ts';
import { refuseRaw } from './client-error.ts';
import { FrontConnections } from './connections.ts';
import { FrontRequest } from './front-request.ts';
import { HalfHeads } from './half-heads.ts';
import { defaultFrontLimits, type FrontLimits } from './limits.ts';
import { type FrontContext, serveHandshake, serveRequest } from './serve.ts';
import { StalledClients } from './stalled-clients.ts';

export interface FrontOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** PEM. Absent: plain HTTP, for tests, benchmarks and behind a terminating load balancer. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly handler: FrontHandler | FrontServer;
  readonly limits?: Partial<FrontLimits>;
  /** Refusals (`front.refused`) and handler errors (`front.error`) are told here. */
  readonly log?: Log;
}

export interface Front {
  readonly address: string;
  readonly port: number;
  /** Connections open now. */
  readonly connections: number;
  /** Takes no new connection, closes idle ones, marks running answers `Connection: close`; resolves when all are gone. */
  drain(): Promise<void>;
  /** Cuts everything and frees the port. */
  close(): Promise<void>;
}

/**
 * The public listener: HTTP/1.1 (and 1.0) in, RequestMessage to the handler, its ResponseMessage back out; bodies stream
 * both ways with back-pressure; a client that leaves trips the handler's Cancel. HTTP/2 is not offered (ALPN http/1.1).
 * Errors: ERR_PORT_IN_USE, ERR_LISTEN.
 */
export async function listenFront(options: FrontOptions): Promise<Front> {
  const limits: FrontLimits = { ...defaultFrontLimits, ...options.limits };
  const clock = new LiveClock();
  const connections = new FrontConnections();
  let sweep: NodeJS.Immediate | undefined;
  const context: FrontContext = {
    server: typeof options.handler === 'function' ? promised(options.handler) : options.handler,
    limits,
    clock,
    log: options.log,
    secure: options.tls !== undefined,
    closing: false,
    heard: (socket) => connections.heard(socket),
    switching: (socket) => connections.switching(socket),
    answered: () => {
      if (sweep !== undefined) return;
      // a turn later: only then Node counts the connection as idle
      sweep = setImmediate(() => {
        sweep = undefined;
        connections.sparingAnswers(() => server.closeIdleConnections());
      });
    },
  };
  const server = createHttp(options, limits);
  server.maxHeadersCount = 0;
  server.maxRequestsPerSocket = 0;
  server.maxConnections = limits.maxConnections;
  server.timeout = 0;
  const connected = options.tls === undefined ? 'connection' : 'secureConnection';
  server.on(connected, (socket: Socket) => connections.add(socket));
  if (options.tls !== undefined) server.on('connection', (socket: Socket) => connections.addBare(socket));
  const onRequest = (request: IncomingMessage, response: ServerResponse): void =>
    serveRequest(context, request, response, false);
  server.on('request', onRequest);
  server.on('checkContinue', (request, response) => serveRequest(context, request, response, true));
  server.on('checkExpectation', (request, response) => serveRequest(context, request, response, true));
  server.on('connect', (_request, socket: Duplex) => refuseRaw(socket, 405, 'CONNECT'));
  server.on('upgrade', (request, socket, head) => {
    serveHandshake(context, request, socket as Socket, head, () => server.emit(connected, socket));
  });
  server.on('clientError', (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket) => {
    const status = connections.clientError(error, socket as Socket);
    if (status !== undefined) options.log?.event('info', 'front.refused', { status, detail: error.code ?? '' });
  });
  await listenOn(server, options.host, options.port);
  const bound = server.address() as AddressInfo;
  const closed = new Promise<void>((resolve) => server.on('close', resolve));
  const stalled = new StalledClients(() => connections.unread(), clock, limits);
  stalled.begin();
  server.on('close', () => stalled.end());
  return {
    address: `${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`,
    port: bound.port,
    get connections() {
      return connections.size;
    },
    async drain() {
      context.closing = true;
      // `close` closes idle connections too, where Node does that.
      connections.sparingAnswers(() => {
        server.close();
        server.closeIdleConnections();
      });
      connections.cutUnheard();
      const halfHeads = new HalfHeads(() => connections.withoutWork(), clock, limits.headTimeoutMs);
      halfHeads.begin();
      await Promise.all([closed, connections.empty()]);
      halfHeads.end();
    },
    async close() {
      context.closing = true;
      server.close();
      connections.cut();
      server.closeAllConnections();
      await Promise.all([closed, connections.empty()]);
      clock.stop();
    },
  };
}

function promised(handler: FrontHandler): FrontServer {
  return {
    serve(request, cancel, taker) {
      handler(request, cancel).then(
        (answer) => taker.take(answer),
        (error: unknown) => taker.failed(error),
      );
    },
  };
}

function createHttp(options: FrontOptions, limits: FrontLimits): Server {
  const settings = {
    IncomingMessage: FrontRequest,
    insecureHTTPParser: false,
    requireHostHeader: true,
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headTimeoutMs,
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.min(1000, limits.headTimeoutMs),
    noDelay: true,
  };
  if (options.tls === undefined) return createServer(settings);
  try {
    return createSecureServer({
      ...settings,
      cert: options.tls.cert,
      key: options.tls.key,
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: limits.headTimeoutMs,
    });
  } catch (error) {
    const why = (error as Error).message;
    throw new HoldfastError('ERR_CERTIFICATE', `the certificate or key of the listener is not usable: ${why}`, {
      hint: 'Give a PEM certificate (chain) and the PEM key that belongs to it.',
      cause: error,
    });
  }
}
