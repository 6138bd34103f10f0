import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { wholeBody } from '../../host/body.ts';
import type { Cancel, CancelListener } from '../../host/cancel.ts';
import { HoldfastError } from '../../host/errors.ts';
import type { HeaderPairs, OriginResult, RequestMessage, Taker } from '../../host/message.ts';
import { AnswerBody } from './answer-body.ts';
import { answerFields } from './answer-fields.ts';
import { originUpgrade } from './origin-upgrade.ts';

const settled = Promise.resolve();

/**
 * One request to a backend, as undici's callbacks see it. The result is known once the head is there; the head of a small
 * answer and its body arrive in one read, so the result waits one microtask and then carries the body whole.
 */
export class OriginExchange implements Dispatcher.DispatchHandler, CancelListener {
  readonly #taker: Taker<OriginResult>;
  readonly #request: RequestMessage;
  readonly #cancel: Cancel;
  #abort: ((error?: Error) => void) | undefined;
  #cancelled: string | undefined;
  #settled = false;
  #status = 0;
  #fields: HeaderPairs = [];
  #body: AnswerBody | undefined;
  readonly #internalUrl: string;
  readonly #onFailed: (internalUrl: string) => void;

  /** `onFailed`: the backend gave no answer; not called for one that nobody waits for any more. */
  constructor(
    internalUrl: string,
    request: RequestMessage,
    cancel: Cancel,
    taker: Taker<OriginResult>,
    onFailed: (internalUrl: string) => void,
  ) {
    this.#internalUrl = internalUrl;
    this.#onFailed = onFailed;
    this.#request = request;
    this.#taker = taker;
    this.#cancel = cancel;
    cancel.tell(this);
  }

  /** A connection is there and the request is about to be written: from here on it may have been processed. */
  onConnect(abort: (error?: Error) => void): void {
    this.#abort = abort;
    if (this.#cancelled !== undefined) abort(new Error(this.#cancelled));
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void): boolean {
    // Interim answers other than 101 are not carried; the message shape has no place for them. (100 never comes here: undici
    // takes it for a broken answer.)
    if (status < 200) return true;
    const fields = answerFields(raw);
    if (typeof fields === 'string') {
      this.#fail('broken', fields);
      this.#abort?.(new Error(fields));
      return true;
    }
    this.#status = status;
    this.#fields = fields;
    this.#body = new AnswerBody(resume, (reason) => this.onCancelled(reason));
    // Rather than queueMicrotask, which makes an asynchronous resource each time.
    void settled.then(() => this.#answer());
    return true;
  }

  onData(data: Buffer): boolean {
    return this.#body?.take(data) ?? true;
  }

  onComplete(): void {
    this.#cancel.forget(this);
    this.#body?.end();
  }

  onUpgrade(status: number, raw: Buffer[] | string[] | null, socket: Duplex): void {
    this.#cancel.forget(this);
    const fields = answerFields(raw ?? []);
    if (this.#settled || typeof fields === 'string') {
      socket.destroy();
      this.#fail('broken', typeof fields === 'string' ? fields : 'cancelled');
      return;
    }
    this.#settled = true;
    const response = { status, headers: fields, body: undefined, upgrade: originUpgrade(socket) };
    this.#taker.take({ kind: 'answer', response });
  }

  onError(error: Error): void {
    this.#cancel.forget(this);
    const detail = describe(error);
    if (!this.#settled) this.#onFailed(this.#internalUrl);
    this.#body?.fail(new HoldfastError('ERR_BACKEND_BROKEN', `the backend broke off its answer: ${detail}`));
    this.#fail(this.#abort === undefined ? 'unreachable' : 'broken', detail);
  }

  #answer(): void {
    const body = this.#body;
    if (this.#settled || body === undefined) return;
    this.#settled = true;
    const nothing = body.ended ? body.takeAll() : undefined;
    const empty = this.#request.method === 'HEAD' || (nothing !== undefined && nothing.bytes === 0);
    this.#taker.take({
      kind: 'answer',
      response: {
        status: this.#status,
        headers: this.#fields,
        body: empty ? undefined : nothing === undefined ? body : wholeBody(nothing),
      },
    });
  }

  #fail(kind: 'unreachable' | 'broken', detail: string): void {
    this.#request.body?.cancel(detail);
    if (this.#settled) return;
    this.#settled = true;
    this.#taker.take({ kind, detail });
  }

  /** Nobody waits for the answer, or for the rest of it. */
  onCancelled(reason: string): void {
    if (this.#cancelled !== undefined) return;
    this.#cancelled = reason;
    this.#body?.fail(new HoldfastError('ERR_CANCELLED', reason));
    this.#fail('broken', `cancelled: ${reason}`);
    this.#abort?.(new Error(reason));
  }
}

function describe(error: Error & { code?: string }): string {
  const inner =
    error instanceof AggregateError ? (error.errors[0] as (Error & { code?: string }) | undefined) : undefined;
  const from = inner ?? error;
  return from.code === undefined ? from.message : `${from.code}: ${from.message}`;
}
