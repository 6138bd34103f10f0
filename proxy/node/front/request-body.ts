import type { IncomingMessage, ServerResponse } from 'node:http';
import { wholeBody } from '../../host/body.ts';
import type { TimerId } from '../../host/clock.ts';
import { HoldfastError } from '../../host/errors.ts';
import type { BodySource, Chunk, Pulled } from '../../host/message.ts';
import { ms, seconds } from '../../host/units.ts';
import type { LiveClock } from '../clock.ts';
import type { FrontLimits } from './limits.ts';
import { UploadPace } from './upload-pace.ts';

/** Gathered before the socket is told to wait. */
const highMark = 64 * 1024;

/** After a body fell silent its reader has this long to have its answer written. */
const answerWithin = seconds(5);

interface Waiting {
  readonly resolve: (chunk: Chunk | undefined) => void;
  readonly reject: (error: HoldfastError) => void;
}

/**
 * The body of a request coming in over HTTP. Nothing is read before the first pull; then at most `highMark` bytes (plus
 * one read) wait in memory. A client that is waited for and sends less than `UploadPace` asks ends it with ERR_BODY_IDLE.
 */
class RequestBody implements BodySource {
  readonly #request: IncomingMessage;
  readonly #continueFirst: ServerResponse | undefined;
  readonly #clock: LiveClock;
  readonly #pace: UploadPace;
  readonly #chunks: Chunk[] = [];
  #size = 0;
  #started = false;
  #ended = false;
  #failure: HoldfastError | undefined;
  #waiting: Waiting | undefined;

  /** `continueFirst`: the client waits for 100 Continue, which goes out with the first pull. */
  constructor(request: IncomingMessage, continueFirst: ServerResponse | undefined, clock: LiveClock, pace: UploadPace) {
    this.#request = request;
    this.#continueFirst = continueFirst;
    this.#clock = clock;
    this.#pace = pace;
  }

  pull(): Pulled {
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) {
      this.#size -= chunk.bytes;
      return chunk;
    }
    if (this.#ended) return undefined;
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (!this.#started) this.#start();
    else if (this.#request.isPaused()) this.#request.resume();
    return new Promise((resolve, reject) => {
      const timer = this.#clock.timeout(this.#pace.waits(this.#clock.now()), () => this.#idled());
      this.#waiting = this.#disarming(timer, resolve, reject);
    });
  }

  cancel(_reason: string): void {
    if (this.#ended || this.#failure !== undefined) return;
    this.#failure = new HoldfastError('ERR_BODY_CANCELLED', 'the reader of the request body gave up');
    this.#chunks.length = 0;
    this.#settle();
  }

  #disarming(timer: TimerId, resolve: Waiting['resolve'], reject: Waiting['reject']): Waiting {
    return {
      resolve: (chunk) => {
        this.#clock.clear(timer);
        resolve(chunk);
      },
      reject: (error) => {
        this.#clock.clear(timer);
        reject(error);
      },
    };
  }

  #start(): void {
    this.#started = true;
    const response = this.#continueFirst;
    if (response !== undefined && !response.destroyed && !response.headersSent) response.writeContinue();
    const request = this.#request;
    request.on('data', (data: Buffer) => this.#take(data));
    request.on('end', () => {
      this.#ended = true;
      this.#settle();
    });
    request.on('error', () => this.#broken());
    request.on('close', () => this.#broken());
    if (request.destroyed) this.#broken();
  }

  #take(data: Buffer): void {
    if (this.#failure !== undefined) return;
    this.#pace.came(data.byteLength, this.#clock.now());
    this.#chunks.push({ bytes: data.byteLength, data });
    this.#size += data.byteLength;
    if (this.#size >= highMark) this.#request.pause();
    this.#settle();
  }

  #broken(): void {
    if (this.#ended || this.#failure !== undefined) return;
    this.#failure = new HoldfastError('ERR_CLIENT_ABORTED', 'the client broke off inside the request body');
    this.#settle();
  }

  #idled(): void {
    if (this.#ended || this.#failure !== undefined) return;
    this.#failure = new HoldfastError(
      'ERR_BODY_IDLE',
      'the client sent nothing of the request body for too long, or too little',
    );
    this.#settle();
    // Whoever reads the body can answer 408 now. Where nobody does the connection is cut.
    const cut = this.#clock.timeout(answerWithin, () => this.#request.destroy());
    this.#request.once('close', () => this.#clock.clear(cut));
  }

  #settle(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    const chunk = this.#chunks.shift();
    if (chunk === undefined && !this.#ended && this.#failure === undefined) return;
    this.#waiting = undefined;
    if (chunk !== undefined) {
      this.#size -= chunk.bytes;
      waiting.resolve(chunk);
    } else if (this.#ended) waiting.resolve(undefined);
    else waiting.reject(this.#failure as HoldfastError);
  }
}

/**
 * The body as the handler gets it: whole when all `length` bytes are parsed already (small posts), else streamed. To be
 * called one microtask after the head, when the bytes of the same packet are parsed.
 */
export function requestBody(
  request: IncomingMessage,
  length: number | undefined,
  continueFirst: ServerResponse | undefined,
  clock: LiveClock,
  { bodyIdleMs, bodyLeastBytes }: Pick<FrontLimits, 'bodyIdleMs' | 'bodyLeastBytes'>,
): BodySource {
  if (length !== undefined && length <= highMark && request.readableLength === length) {
    const data = request.read() as Buffer | null;
    if (data !== null) return wholeBody({ bytes: data.byteLength, data });
  }
  return new RequestBody(request, continueFirst, clock, new UploadPace(ms(bodyIdleMs), bodyLeastBytes));
}
