import { Agent, type Dispatcher } from 'undici';
import type { Cancel } from '../../../proxy/host/cancel.ts';
import type { HeaderPairs, ProxyCause } from '../../../proxy/host/message.ts';
import { timerMs } from '../timer-span.ts';

/** What came back for one HTTP exchange, or how it failed on the wire. */
export type Exchanged =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: HeaderPairs;
      readonly proxyCause: ProxyCause | undefined;
      readonly bytes: number;
      /** Text of the body when asked for; else empty. */
      readonly text: string;
    }
  | { readonly kind: 'refused' | 'reset' | 'silence'; readonly detail: string };

export interface OutgoingRequest {
  /** `https://host:port` of the link to use. */
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  /** Host field; may differ from the origin's address. */
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string | null;
  readonly keepText: boolean;
}

/**
 * HTTP for open-loop load: unlimited connections a target, so a busy one never delays a planned send; no redirects, no
 * retries, no time-outs of its own: `cancel`, which the user's deadline trips, ends an exchange whatever it waits for.
 */
export class HttpClient {
  readonly #agent: Agent;

  /**
   * @param ca PEM of the run's certificate authority; server names are the published hosts
   * @param patienceMs longest that any user waits: a connection that is not made by then serves nobody and is let go
   */
  constructor(ca: string, patienceMs: number) {
    this.#agent = new Agent({
      connect: {
        ca,
        timeout: timerMs(patienceMs + 1_000),
        autoSelectFamily: false,
        rejectUnauthorized: true,
        checkServerIdentity: () => undefined,
      },
      connections: null,
      pipelining: 1,
      keepAliveTimeout: 60_000,
      keepAliveMaxTimeout: 600_000,
      headersTimeout: 0,
      bodyTimeout: 0,
      allowH2: false,
    });
  }

  exchange(request: OutgoingRequest, cancel: Cancel): Promise<Exchanged> {
    return new Promise((resolve) => {
      this.#agent.dispatch(
        {
          origin: request.origin,
          method: request.method as Dispatcher.HttpMethod,
          path: request.path,
          headers: { host: request.host, ...request.headers },
          body: request.body,
        },
        new Reader(request.keepText, cancel, resolve),
      );
    });
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

/** Collects one answer. */
class Reader implements Dispatcher.DispatchHandler {
  readonly #keepText: boolean;
  readonly #cancel: Cancel;
  readonly #resolve: (result: Exchanged) => void;
  readonly #withdraw: () => void;
  #controller: Dispatcher.DispatchController | undefined = undefined;
  #status = 0;
  #headers: HeaderPairs = [];
  #bytes = 0;
  #chunks: Buffer[] = [];

  constructor(keepText: boolean, cancel: Cancel, resolve: (result: Exchanged) => void) {
    this.#keepText = keepText;
    this.#cancel = cancel;
    this.#resolve = resolve;
    this.#withdraw = cancel.onCancel((reason) => {
      resolve({ kind: 'silence', detail: reason });
      this.#controller?.abort(new Error(reason));
    });
  }

  /** Only called once there is a connection: whoever gave up before sends nothing over it. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#cancel.cancelled) controller.abort(new Error(this.#cancel.reason));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = Object.entries(headers).flatMap(([name, value]) =>
      value === undefined
        ? []
        : Array.isArray(value)
          ? value.map((one) => [name, one] as const)
          : [[name, value] as const],
    );
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.byteLength;
    if (this.#keepText) this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#withdraw();
    const cause = this.#headers.find(([name]) => name.toLowerCase() === 'x-holdfast-cause')?.[1];
    this.#resolve({
      kind: 'answer',
      status: this.#status,
      headers: this.#headers,
      proxyCause: cause as ProxyCause | undefined,
      bytes: this.#bytes,
      text: this.#keepText ? Buffer.concat(this.#chunks).toString('utf8') : '',
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#withdraw();
    this.#resolve({ kind: transportFailure(error, this.#cancel.cancelled), detail: String(error.message) });
  }
}

/** Refused: no connection was made. Silence: nothing came before somebody gave up. Reset: it broke. */
function transportFailure(error: Error & { code?: string }, cancelled: boolean): 'refused' | 'reset' | 'silence' {
  if (cancelled) return 'silence';
  if (error.code === 'ECONNREFUSED') return 'refused';
  // a fault link accepts for an upstream that is gone and closes at once: no connection to the service was made
  if (/before secure TLS connection/.test(error.message)) return 'refused';
  return 'reset';
}
