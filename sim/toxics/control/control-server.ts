import { randomBytes } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Answer, BAD_REQUEST, failed } from './answer.ts';
import { type Guard, refuseBrowser } from './guard.ts';
import { BodyStalled, readBody } from './request-body.ts';
import { readTarget } from './request-target.ts';
import { type ControlState, route } from './routes.ts';
import { answerMalformed, type Malformed, send } from './send.ts';
import { ToxicsError } from './toxics-error.ts';

export interface ControlOptions {
  readonly state: ControlState;
  readonly guard: Guard;
  /** How long a request body may take. */
  readonly bodyTimeoutMs: number;
  /** A handler threw something that is not a ToxicsError: a bug of ours, answered with 500. */
  readonly onBug: (error: unknown) => void;
}

/** How much later than the handler's own limit the connection of an unfinished request is cut. */
const CUT_AFTER_MS = 1_000;

const STALLED: Answer = { status: 503, headers: { Connection: 'close' }, body: '' };

/** How many Host headers there are; Node shows the first alone, another reader may believe the last. */
function hostHeaders({ rawHeaders }: http.IncomingMessage): number {
  return rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
}

/** 20 characters of 0-9 and a-v, new for every request. */
function requestId(): string {
  return [...randomBytes(20)].map((byte) => (byte & 31).toString(32)).join('');
}

/** The HTTP server of the control API. No request can bring it down: every failure becomes an answer. */
export class ControlServer {
  readonly #server: http.Server;
  readonly #options: ControlOptions;
  /** The answer a connection waits for or gets. */
  readonly #responses = new WeakMap<Duplex, http.ServerResponse>();

  constructor(options: ControlOptions) {
    this.#options = options;
    this.#server = http.createServer(
      {
        keepAliveTimeout: 60_000,
        headersTimeout: options.bodyTimeoutMs,
        requestTimeout: options.bodyTimeoutMs + CUT_AFTER_MS,
        connectionsCheckingInterval: CUT_AFTER_MS,
        noDelay: true,
        insecureHTTPParser: false,
      },
      (request, response) => this.#take(request, response),
    );
    // Node gives the connection away with a CONNECT; it gets the answer of any other verb, and then ends.
    this.#server.on('connect', (request: http.IncomingMessage, socket: Socket) => {
      socket.on('error', () => socket.destroy());
      const response = new http.ServerResponse(request);
      response.shouldKeepAlive = false;
      response.assignSocket(socket);
      response.once('finish', () => socket.destroySoon());
      this.#take(request, response);
    });
    this.#server.on('clientError', (error: Malformed, socket: Duplex) => {
      answerMalformed(error, socket, this.#responses.get(socket)?.headersSent === true);
    });
  }

  /** @throws the system's error when the port cannot be opened */
  listen(host: string, port: number): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        this.#server.on('error', (error) => this.#options.onBug(error));
        resolve(this.#server.address() as AddressInfo);
      });
    });
  }

  /** Stops at once; running calls are cut off. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #take(request: http.IncomingMessage, response: http.ServerResponse): void {
    this.#responses.set(request.socket, response);
    response.once('finish', () => this.#responses.delete(request.socket));
    this.#handle(request, response).catch((error: unknown) => {
      this.#options.onBug(error);
      response.destroy();
    });
  }

  async #handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const answer = (found: Answer, extra?: Record<string, string>): void => send(request, response, found, extra);
    if (hostHeaders(request) > 1) return answer(BAD_REQUEST);
    const refusal = this.#options.guard.refuse(request);
    if (refusal !== undefined) return answer(refusal);
    const target = readTarget(request.url ?? '/');
    if ('status' in target) return answer(target);
    const found = route(this.#options.state, request.method ?? 'GET', target.parts);
    if ('status' in found) return answer(found);
    const id = { 'X-Toxiproxy-Request-Id': requestId() };
    const browser = refuseBrowser(request);
    if (browser !== undefined) return answer(browser, id);
    try {
      const body = (): Promise<string> => readBody(request, this.#options.bodyTimeoutMs);
      const call = { state: this.#options.state, names: found.names, query: target.query, body };
      answer(await found.handler(call), id);
    } catch (error) {
      if (error instanceof ToxicsError) return answer(failed(error), id);
      if (error instanceof BodyStalled) return answer(STALLED, id);
      this.#options.onBug(error);
      answer(failed(new ToxicsError(500, error instanceof Error ? error.message : String(error))), id);
    }
  }
}
