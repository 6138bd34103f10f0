import { wholeBody } from '../host/body.ts';
import { CancelSource } from '../host/cancel.ts';
import { invariant, isHoldfastError } from '../host/errors.ts';
import type { RequestFrame, RequestHead, ResetCode } from '../host/frame.ts';
import type { BodySource, HeaderPairs, UpgradeStream } from '../host/message.ts';
import type { ConnectorSession } from './connector-session.ts';
import { headProblem } from './head-limits.ts';
import type { IncomingStream } from './tunnel.ts';
import { lostError, streamError, TunnelStream } from './tunnel-stream.ts';

/** A request at the connector's end. */
export class ConnectorStream extends TunnelStream implements IncomingStream {
  readonly head: RequestHead;
  body: BodySource | undefined = undefined;
  readonly cancel = new CancelSource();
  #responded = false;
  #upgrade: UpgradeStream | undefined = undefined;
  #done: (() => void) | undefined = undefined;

  constructor(session: ConnectorSession, frame: RequestFrame) {
    super(session, frame.stream);
    this.head = frame.head;
  }

  /** Takes the body that came with the head; the session has checked it against the window. */
  begin(frame: RequestFrame): void {
    const { first } = frame;
    if (!frame.end) {
      this.openIncoming(first);
      this.body = this.incoming;
      return;
    }
    this.receivedEnd = true;
    if (first !== undefined && first.bytes > 0) this.body = wholeBody(first);
  }

  respond(
    status: number,
    headers: HeaderPairs,
    body: BodySource | undefined,
    upgrade?: UpgradeStream,
  ): Promise<void> | undefined {
    invariant(!this.#responded, 'a stream is answered once');
    this.#responded = true;
    if (this.closed) {
      body?.cancel('the stream is over');
      upgrade?.fromOrigin.cancel('the stream is over');
      upgrade?.endToOrigin();
      return undefined;
    }
    const problem = headProblem(headers, undefined, this.session.carriesBytes);
    if (problem !== undefined) {
      body?.cancel(problem);
      this.resetToPeer('backend-broken', problem);
      return undefined;
    }
    if (status === 101 && upgrade !== undefined) return this.#upgraded(headers, upgrade);
    const first = this.takeFirst(body);
    if (this.closed) return undefined;
    this.session.send({ type: 'response', stream: this.id, status, headers, first, end: this.sentEnd });
    if (this.sentEnd) this.#answered();
    else this.sender?.pump();
    return this.closed ? undefined : this.#whenOver();
  }

  reset(code: ResetCode, detail: string): void {
    this.#responded = true;
    this.resetToPeer(code, detail);
  }

  resetByPeer(code: ResetCode, detail: string): void {
    // Opening and resetting costs the peer nothing and us a stream each time.
    if (!this.session.admitted('too many resets')) return;
    this.cut(() => streamError(code, detail));
  }

  lost(detail: string): void {
    this.cut(() => lostError(detail));
  }

  sendFailed(error: unknown): void {
    const idle = isHoldfastError(error) && error.code === 'ERR_BACKEND_IDLE';
    const detail = error instanceof Error ? error.message : 'the answer broke off';
    this.resetToPeer(idle ? 'backend-timeout' : 'backend-broken', detail);
  }

  override sendFinished(): void {
    this.sentEnd = true;
    this.#answered();
  }

  /** The application wants no more of the request's body: what still comes is held to the open credit and dropped. */
  abandoned(): void {}

  protected released(): void {
    if (!(this.sentEnd && this.receivedEnd)) this.cancel.cancel('the stream was cut');
    this.#done?.();
    this.#done = undefined;
  }

  /** The answer is out. An upload that still runs is stopped: nobody will read it. */
  #answered(): void {
    if (this.receivedEnd || this.#upgrade !== undefined) this.settle();
    else this.resetToPeer('cancelled', 'answered before the request ended');
  }

  #whenOver(): Promise<void> {
    return new Promise((resolve) => {
      this.#done = resolve;
    });
  }

  #upgraded(headers: HeaderPairs, upgrade: UpgradeStream): Promise<void> | undefined {
    this.#upgrade = upgrade;
    if (this.incoming === undefined) {
      this.openIncoming(undefined);
      this.receivedEnd = false;
    }
    this.session.send({ type: 'response', stream: this.id, status: 101, headers, first: undefined, end: false });
    this.sendUpgrade(upgrade.fromOrigin);
    if (this.closed) return undefined;
    const over = this.#whenOver();
    void this.#toOrigin(upgrade);
    return over;
  }

  async #toOrigin(upgrade: UpgradeStream): Promise<void> {
    const incoming = this.incoming as BodySource;
    try {
      for (;;) {
        const chunk = await incoming.pull();
        if (chunk === undefined) break;
        const room = upgrade.sendToOrigin(chunk);
        if (room !== undefined) await room;
      }
    } catch {
      upgrade.fromOrigin.cancel('the stream was cut');
    }
    upgrade.endToOrigin();
  }
}
