import { randomBytes } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, failed, METHOD_NOT_ALLOWED } from './answer.ts';
import { cleanPath } from './clean-path.ts';
import type { Guard } from './guard.ts';
import { BodyStalled, readBody } from './request-body.ts';
import { type ControlState, route } from './routes.ts';
import { ToxicsError } from './toxics-error.ts';

export interface ControlOptions {
  readonly state: ControlState;
  readonly guard: Guard;
  /** How long a request body may take. */
  readonly bodyTimeoutMs: number;
  /** A handler threw something that is not a ToxicsError: a bug of ours, answered with 500. */
  readonly onBug: (error: unknown) => void;
}

const STALLED: Answer = { status: 503, headers: { Connection: 'close' }, body: '' };

/** 20 characters of 0-9 and a-v, new for every request. */
function requestId(): string {
  return [...randomBytes(20)].map((byte) => (byte & 31).toString(32)).join('');
}

/** The HTTP server of the control API. No request can bring it down: every failure becomes an answer. */
export class ControlServer {
  readonly #server: http.Server;
  readonly #options: ControlOptions;

  constructor(options: ControlOptions) {
    this.#options = options;
    this.#server = http.createServer(
      { keepAliveTimeout: 60_000, headersTimeout: 15_000, requestTimeout: 0, noDelay: true, insecureHTTPParser: false },
      (request, response) => {
        this.#handle(request, response).catch((error: unknown) => {
          this.#options.onBug(error);
          response.destroy();
        });
      },
    );
    this.#server.on('clientError', (_error, socket) => socket.destroy());
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

  async #handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
    const clean = cleanPath(path);
    if (clean !== path) return send(response, { status: 301, headers: { Location: clean }, body: '' });
    const found = route(this.#options.state, request.method ?? 'GET', path);
    if ('status' in found) return send(response, found);
    const id = { 'X-Toxiproxy-Request-Id': requestId() };
    const refusal = this.#options.guard.refuse(request);
    if (refusal !== undefined) return send(response, refusal, id);
    try {
      const body = (): Promise<string> => readBody(request, this.#options.bodyTimeoutMs);
      const call = { state: this.#options.state, names: found.names, query: new URLSearchParams(query), body };
      send(response, await found.handler(call), id);
    } catch (error) {
      if (error instanceof ToxicsError) return send(response, failed(error), id);
      if (error instanceof BodyStalled) return send(response, STALLED, id);
      this.#options.onBug(error);
      send(response, failed(new ToxicsError(500, error instanceof Error ? error.message : String(error))), id);
    }
  }
}

function send(response: http.ServerResponse, answer: Answer, extra: Record<string, string> = {}): void {
  if (response.destroyed) return;
  if (answer.stream !== undefined) {
    response.writeHead(answer.status, { ...answer.headers, ...extra });
    response.write(answer.body);
    answer.stream(response);
    return;
  }
  const length = answer.status === 204 ? {} : { 'Content-Length': String(Buffer.byteLength(answer.body)) };
  response.writeHead(answer.status, { ...answer.headers, ...extra, ...length });
  response.end(answer.status === METHOD_NOT_ALLOWED.status ? undefined : answer.body);
}
