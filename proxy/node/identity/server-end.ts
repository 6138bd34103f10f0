import type { Server, ServerResponse } from 'node:http';

/** Answers that run may end this long into a drain: as long as services wait for an exchange. */
const drainMs = 5000;

/** The end of an HTTP server: at once, or after the answers it is at. */
export class ServerEnd {
  readonly #server: Server;
  readonly #running = new Set<ServerResponse>();
  #draining = false;

  constructor(server: Server) {
    this.#server = server;
    server.prependListener('request', (_request, response: ServerResponse) => this.#begun(response));
  }

  /** No new connection; what runs is answered, on connections that then close. After five seconds they are cut. */
  drain(): Promise<void> {
    this.#draining = true;
    for (const response of this.#running) if (!response.headersSent) response.setHeader('connection', 'close');
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#server.closeAllConnections(), drainMs);
      this.#server.close(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Cuts what runs. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #begun(response: ServerResponse): void {
    if (this.#draining) response.setHeader('connection', 'close');
    this.#running.add(response);
    response.once('close', () => this.#running.delete(response));
  }
}
