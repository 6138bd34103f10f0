import { HoldfastError } from '../host/errors.ts';
import type { ResetCode } from '../host/frame.ts';
import type { BodySource, Chunk } from '../host/message.ts';
import { BodySender, type SenderOwner } from './body-sender.ts';
import { ChunkQueue, type ChunkQueueOwner } from './chunk-queue.ts';
import { DATA_CHUNK_BYTES, RESTRAINED_FIRST_BYTES } from './limits.ts';
import { ReceiveWindow } from './receive-window.ts';
import type { TunnelSession } from './tunnel-session.ts';

/**
 * One exchange inside a tunnel: two bodies, each with its own credit and end. A body that fits its head's frame costs no
 * object here; queue, window and sender come into being with the first body that does not.
 */
export abstract class TunnelStream implements ChunkQueueOwner, SenderOwner {
  readonly id: number;
  sendCredit: number;
  sentEnd = false;
  receivedEnd = false;
  closed = false;
  /** Bytes received so far. */
  received = 0;
  incoming: ChunkQueue | undefined = undefined;
  window: ReceiveWindow | undefined = undefined;
  protected sender: BodySender | undefined = undefined;
  protected readonly session: TunnelSession;

  constructor(session: TunnelSession, id: number) {
    this.session = session;
    this.id = id;
    this.sendCredit = session.sendWindow;
  }

  /** The stream ended on both sides, was cut, or the tunnel died: releases who waits. Called once. */
  protected abstract released(): void;
  /** The peer reset the stream. */
  abstract resetByPeer(code: ResetCode, detail: string): void;
  /** The tunnel closed. */
  abstract lost(detail: string): void;
  /** The source of the body we send broke off. */
  abstract sendFailed(error: unknown): void;

  /** Prepares `body` for the head's frame; afterwards `sentEnd` says whether that frame ends it. */
  protected takeFirst(body: BodySource | undefined): Chunk | undefined {
    if (body === undefined) {
      this.sentEnd = true;
      return undefined;
    }
    const limit = this.session.writable ? DATA_CHUNK_BYTES : RESTRAINED_FIRST_BYTES;
    const whole = body.whole;
    if (whole !== undefined && whole.bytes <= this.sendCredit) {
      if (whole.bytes <= limit || (whole.data === undefined && limit === DATA_CHUNK_BYTES)) {
        this.sendCredit -= whole.bytes;
        this.sentEnd = true;
        return whole.bytes === 0 ? undefined : whole;
      }
    }
    const sender = new BodySender(body, this, this.session);
    this.sender = sender;
    const first = sender.takeFirst(limit);
    if (!sender.over && sender.takenAll) {
      sender.settle();
      this.sentEnd = true;
    }
    return first;
  }

  /** Opens the receiving side with what came in the head's frame. False: it broke the window. */
  protected openIncoming(first: Chunk | undefined): boolean {
    const window = new ReceiveWindow(this.session.receiveWindow);
    this.window = window;
    this.incoming = new ChunkQueue(this);
    if (first === undefined) return true;
    this.received += first.bytes;
    if (!window.take(first.bytes)) return false;
    this.incoming.push(first);
    return true;
  }

  /** DATA from the peer. */
  data(chunk: Chunk, end: boolean): void {
    const { incoming, window } = this;
    if (this.receivedEnd || incoming === undefined || window === undefined) {
      this.session.violation('ERR_TUNNEL_DATA', `data on stream ${this.id} where none may come`);
      return;
    }
    if (!window.take(chunk.bytes)) {
      this.session.violation('ERR_TUNNEL_WINDOW', `data beyond the credit of stream ${this.id}`);
      return;
    }
    this.received += chunk.bytes;
    this.receivedEnd = end;
    incoming.push(chunk);
    if (end) {
      incoming.end();
      this.settle();
    }
  }

  /** After 101: begins the outgoing half of the two-way stream. */
  protected sendUpgrade(source: BodySource): void {
    this.sentEnd = false;
    this.sender = new BodySender(source, this, this.session);
    this.sender.pump();
  }

  /** More credit from the peer. */
  credit(bytes: number): void {
    this.sendCredit += bytes;
    this.sender?.pump();
  }

  consumed(bytes: number): void {
    const { window } = this;
    if (this.closed || this.receivedEnd || window === undefined) return;
    const credit = window.give(bytes);
    if (credit === 0) return;
    this.session.send({ type: 'window', stream: this.id, bytes: credit });
    if (window.starved) this.session.askGrowth(this);
  }

  abstract abandoned(reason: string): void;

  sendFinished(): void {
    this.sentEnd = true;
    this.settle();
  }

  /** Ends the stream when both sides are done. */
  protected settle(): void {
    if (this.closed || !this.sentEnd || !this.receivedEnd) return;
    this.session.remove(this);
    this.released();
  }

  /**
   * Ends the stream at once at this end; `error` makes what a reader of the incoming body gets. Made only when there is
   * one: a lost tunnel cuts many streams that wait for their answer, and errors are dear.
   */
  cut(error: () => HoldfastError): void {
    if (this.closed) return;
    this.session.remove(this);
    const reader = this.receivedEnd ? undefined : this.incoming;
    if (this.sender !== undefined || reader !== undefined) {
      const made = error();
      this.sender?.stop(made.message);
      reader?.fail(made);
    }
    this.released();
  }

  /** Tells the peer, then cuts. Nothing is told when the peer never heard of the stream. */
  protected resetToPeer(code: ResetCode, detail: string, told = true): void {
    if (this.closed) return;
    if (told) this.session.sendReset(this.id, code, detail, this.receivedEnd ? -1 : this.openCredit());
    this.cut(() => streamError(code, detail));
  }

  /** Bytes the peer may still send. */
  protected openCredit(): number {
    return this.window?.credit ?? this.session.receiveWindow;
  }
}

/** What a reader of a body gets when its stream was reset. */
export function streamError(code: ResetCode, detail: string): HoldfastError {
  return new HoldfastError('ERR_STREAM_RESET', `stream reset (${code}): ${detail}`, { facts: { code, detail } });
}

/** What a reader of a body gets when the tunnel under it died. */
export function lostError(detail: string): HoldfastError {
  return new HoldfastError('ERR_TUNNEL_LOST', `tunnel lost: ${detail}`, { facts: { detail } });
}
