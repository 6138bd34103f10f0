import { wholeBody } from '../host/body.ts';
import type { Cancel, CancelListener } from '../host/cancel.ts';
import { isHoldfastError } from '../host/errors.ts';
import type { RequestHead, ResetCode, ResponseFrame } from '../host/frame.ts';
import type { BodySource, Chunk, Taker } from '../host/message.ts';
import { BULK_BYTES } from './limits.ts';
import type { ServiceSession } from './service-session.ts';
import type { TunnelAnswer } from './tunnel.ts';
import { lostError, streamError, TunnelStream } from './tunnel-stream.ts';
import { UpgradeOutlet } from './upgrade-outlet.ts';

/** Reset codes that say the application never saw the request. */
const NEVER_PROCESSED: ReadonlySet<ResetCode> = new Set<ResetCode>([
  'refused',
  'overload',
  'backend-unreachable',
  'directory-unavailable',
  'unknown-application',
]);

/** Words of this end alone. A peer that says them before an answer is merely broken. */
const OURS: ReadonlySet<ResetCode> = new Set<ResetCode>(['cancelled', 'protocol']);

/** A request at the service's end. */
export class ServiceStream extends TunnelStream implements CancelListener {
  declare protected readonly session: ServiceSession;
  /** The request frame was handed to the connection. */
  #sent = false;
  #bulk = false;
  #body: BodySource | undefined;
  readonly #head: RequestHead;
  readonly #cancel: Cancel;
  /** Waits for the answer; undefined once it has it. */
  #taker: Taker<TunnelAnswer> | undefined;

  constructor(
    session: ServiceSession,
    id: number,
    head: RequestHead,
    body: BodySource | undefined,
    cancel: Cancel,
    taker: Taker<TunnelAnswer>,
  ) {
    super(session, id);
    this.#head = head;
    this.#body = body;
    this.#taker = taker;
    this.#cancel = cancel;
    cancel.tell(this);
  }

  /** Sends the request frame and begins the body. */
  open(): void {
    if (this.closed) return;
    const first = this.takeFirst(this.#body);
    if (this.closed) return;
    this.#body = undefined;
    this.#sent = true;
    this.session.send({ type: 'request', stream: this.id, head: this.#head, first, end: this.sentEnd });
    this.sender?.pump();
  }

  /** The answer's head. */
  response(frame: ResponseFrame): void {
    if (this.#taker === undefined) {
      this.session.violation('ERR_TUNNEL_RESPONSE_TWICE', `a second answer on stream ${this.id}`);
      return;
    }
    const { status, headers, first, end } = frame;
    if (status === 101) {
      this.#upgraded(frame);
      return;
    }
    let body: BodySource | undefined;
    if (end) {
      if (first !== undefined && first.bytes > 0) {
        if (first.bytes > this.session.receiveWindow) {
          this.session.violation('ERR_TUNNEL_WINDOW', `data beyond the credit of stream ${this.id}`);
          return;
        }
        body = wholeBody(first);
      }
      this.receivedEnd = true;
    } else {
      if (!this.openIncoming(first)) {
        this.session.violation('ERR_TUNNEL_WINDOW', `data beyond the credit of stream ${this.id}`);
        return;
      }
      body = this.incoming;
    }
    // Settled first: whoever takes the answer finds the stream's place free.
    if (end) this.settle();
    else this.#countBulk();
    this.#answered({ kind: 'answer', status, headers, body, upgrade: undefined });
  }

  override data(chunk: Chunk, end: boolean): void {
    super.data(chunk, end);
    this.#countBulk();
  }

  resetByPeer(code: ResetCode, detail: string): void {
    const processed = NEVER_PROCESSED.has(code) ? 'never' : 'maybe';
    this.cut(() => streamError(code, detail));
    this.#answered({ kind: 'reset', code: OURS.has(code) ? 'internal' : code, detail, processed });
  }

  /** The connector said it will not look at this stream. */
  refused(detail: string): void {
    this.cut(() => streamError('refused', detail));
    this.#answered({ kind: 'reset', code: 'refused', detail, processed: 'never' });
  }

  lost(detail: string): void {
    this.cut(() => lostError(detail));
    this.#answered({ kind: 'lost', detail, processed: this.#sent ? 'maybe' : 'never' });
  }

  sendFailed(error: unknown): void {
    if (this.closed) return;
    const detail = error instanceof Error ? error.message : 'the request body broke off';
    const processed = this.#sent ? 'maybe' : 'never';
    this.resetToPeer('cancelled', detail, this.#sent);
    const bodyError = isHoldfastError(error) ? error.code : 'ERR_BODY';
    this.#answered({ kind: 'reset', code: 'cancelled', detail, processed, bodyError });
  }

  abandoned(reason: string): void {
    if (!this.receivedEnd) this.onCancelled(reason);
  }

  protected released(): void {
    this.#cancel.forget(this);
    if (this.#bulk) this.session.bulkStreams--;
    this.#body?.cancel('the stream is over');
    this.#body = undefined;
  }

  /** The service is no longer interested. */
  onCancelled(reason: string): void {
    if (this.closed) return;
    const processed = this.#sent ? 'maybe' : 'never';
    this.resetToPeer('cancelled', reason, this.#sent);
    this.#answered({ kind: 'reset', code: 'cancelled', detail: reason, processed });
  }

  /** Gives the answer to whoever still waits. Last of all that is to do: the taker may send its next request at once. */
  #answered(answer: TunnelAnswer): void {
    const taker = this.#taker;
    this.#taker = undefined;
    taker?.take(answer);
  }

  #upgraded(frame: ResponseFrame): void {
    // After 101 both directions are byte streams, whatever ended before (the request of an upgrade has no body).
    this.sender?.stop('upgraded');
    this.sender = undefined;
    this.sentEnd = false;
    if (!this.openIncoming(frame.first)) {
      this.session.violation('ERR_TUNNEL_WINDOW', `data beyond the credit of stream ${this.id}`);
      return;
    }
    const incoming = this.incoming as BodySource;
    const outlet = new UpgradeOutlet(incoming, (reason) => this.onCancelled(reason));
    this.sendUpgrade(outlet.toOrigin);
    if (frame.end) {
      this.receivedEnd = true;
      this.incoming?.end();
    }
    this.#answered({ kind: 'answer', status: 101, headers: frame.headers, body: undefined, upgrade: outlet });
  }

  #countBulk(): void {
    if (this.#bulk || this.closed || this.received <= BULK_BYTES) return;
    this.#bulk = true;
    this.session.bulkStreams++;
  }
}
