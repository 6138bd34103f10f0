import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cancel } from '../../host/cancel.ts';
import type { BodySource, FrontTaker, RequestMessage, ResponseMessage } from '../../host/message.ts';
import type { LiveClock } from '../clock.ts';
import { plainAnswer, writeAnswer } from './answer.ts';
import { linger } from './linger.ts';
import type { AcceptedHead } from './request-check.ts';
import type { FrontContext } from './serve.ts';

/** One request of a client on its way: asks for the answer, takes it and writes it. Nothing it does may throw. */
export class FrontExchange implements FrontTaker {
  readonly #context: FrontContext;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #head: AcceptedHead;
  readonly #body: BodySource | undefined;

  constructor(
    context: FrontContext,
    request: IncomingMessage,
    response: ServerResponse,
    head: AcceptedHead,
    body: BodySource | undefined,
  ) {
    this.#context = context;
    this.#request = request;
    this.#response = response;
    this.#head = head;
    this.#body = body;
  }

  ask(message: RequestMessage, cancel: Cancel): void {
    try {
      this.#context.server.serve(message, cancel, this);
    } catch (error) {
      this.failed(error);
    }
  }

  take(message: ResponseMessage): void {
    try {
      this.#write(message)?.catch((error: unknown) => this.failed(error));
    } catch (error) {
      this.failed(error);
    }
  }

  /** A bug of ours: there is no answer. */
  failed(error: unknown): void {
    const detail = error instanceof Error ? error.message : String(error);
    this.#context.log?.event('error', 'front.error', { detail });
    plainAnswer(this.#response, 500, 'internal error');
  }

  #write(message: ResponseMessage): Promise<void> | undefined {
    if (message.status === 101) {
      message.upgrade?.fromOrigin.cancel('not asked for');
      plainAnswer(this.#response, 502, 'the application switched protocols unasked');
      return undefined;
    }
    const { limits, clock, closing } = this.#context;
    const body = this.#body;
    // A request body not read to its end would have to be read and thrown away: rather give the connection up.
    const unread = body !== undefined && body.whole === undefined && !this.#request.complete;
    return writeAnswer(this.#response, message, {
      method: this.#head.method,
      clock,
      writeIdleMs: limits.bodyIdleMs,
      answerIdleMs: limits.answerIdleMs,
      close: closing || unread,
      beforeEnd: unread ? () => abandon(this.#request, body, clock) : undefined,
    });
  }
}

/** The answer is out: whatever the client still sends interests nobody. */
function abandon(request: IncomingMessage, body: BodySource, clock: LiveClock): Promise<void> {
  body.cancel('answered');
  return linger(request, clock);
}
