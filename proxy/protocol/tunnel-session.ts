import type { Clock } from '../host/clock.ts';
import type { ErrorCode } from '../host/errors.ts';
import { HoldfastError } from '../host/errors.ts';
import type { DataFrame, Frame, ResetCode } from '../host/frame.ts';
import type { CloseReason, Conn } from '../host/transport.ts';
import type { Instant, Micros } from '../host/units.ts';
import type { SenderPort } from './body-sender.ts';
import { FloodGuard } from './flood-guard.ts';
import { Flush } from './flush.ts';
import { LateStreams } from './late-streams.ts';
import { CREDIT_MAX_BYTES, WINDOW_MAX_BYTES } from './limits.ts';
import type { Opening } from './opening.ts';
import { SendTurns } from './send-turns.ts';
import type { TunnelLiveness, TunnelState } from './tunnel.ts';
import { type PulseOwner, TunnelPulse } from './tunnel-pulse.ts';
import type { TunnelStream } from './tunnel-stream.ts';

/** Pings without an answer after which no more are sent (where detection is off, a silent peer must not fill our queue). */
const UNANSWERED_PINGS_MAX = 16;

/**
 * What both ends of a tunnel share: the streams, the sending order (control frames, heads, then bodies in turns), life and
 * death. It never trusts the peer: a broken rule closes the tunnel with cause `protocol` and a coded detail.
 */
export abstract class TunnelSession implements SenderPort, PulseOwner {
  state: TunnelState = 'open';
  closeReason: CloseReason | undefined = undefined;
  lastHeard: Instant;
  roundTrip: Micros | undefined = undefined;
  writable = true;
  /** Frames become bytes on this connection. */
  readonly carriesBytes: boolean;
  /** Initial credit per stream: what the peer grants us, and what we grant. */
  sendWindow = 0;
  receiveWindow: number;
  readonly turns = new SendTurns();
  protected readonly clock: Clock;
  protected readonly late = new LateStreams();
  readonly #flood: FloodGuard;
  protected opening: Opening | undefined;
  readonly #conn: Conn;
  readonly #pulse: TunnelPulse;
  #states: Array<(state: TunnelState) => void> = [];
  #leastRoundTrip = 0;
  #unanswered = 0;
  /** Of the latest ping. Two of one instant are told apart by it. */
  #lastStamp = -1;
  #owedPong: number | undefined = undefined;
  #flush: Flush | undefined = undefined;
  #growing: TunnelStream | undefined = undefined;
  #grown = 0;

  constructor(conn: Conn, clock: Clock, liveness: TunnelLiveness, window: number, opening: Opening) {
    this.clock = clock;
    this.lastHeard = clock.now();
    this.receiveWindow = window;
    this.#flood = new FloodGuard(clock);
    this.opening = opening;
    this.carriesBytes = conn.carriesBytes === true;
    this.#conn = conn;
    this.#pulse = new TunnelPulse(clock, liveness, this);
  }

  /** Begins to listen. Not in the constructor: a connection may hand over early frames, or its end, at once. */
  start(): void {
    this.#conn.onDrain(() => this.#drained());
    this.#conn.onFrame((frame) => this.#receive(frame));
    this.#conn.onClose((reason) => this.#ended(reason));
  }

  /** Forgets the stream; it is the stream's business to release who waits. */
  abstract remove(stream: TunnelStream): void;
  /** A copy. */
  protected abstract allStreams(): readonly TunnelStream[];
  protected abstract stream(id: number): TunnelStream | undefined;
  /** True for ids that were open once at this end. */
  protected abstract known(id: number): boolean;
  /** A frame only one of the ends understands. */
  protected abstract handle(frame: Frame): void;
  /** The first frame of a tunnel. */
  protected abstract greeted(frame: Frame): void;
  /** Requests held back while the connection was full. False: none. */
  protected abstract sendHeld(): boolean;

  send(frame: Frame): void {
    if (this.closeReason === undefined && !this.#conn.send(frame)) this.writable = false;
  }

  sendData(frame: DataFrame): void {
    this.send(frame);
  }

  /** `credit`: bytes that may still come in on the stream; -1: its sender has ended. */
  sendReset(stream: number, code: ResetCode, detail: string, credit: number): void {
    this.send({ type: 'reset', stream, code, detail });
    if (credit < 0) return;
    this.late.add(stream, credit);
    if (!this.late.wantsBarrier) return;
    const ping = this.sendPing();
    if (ping !== undefined) this.late.barrier(ping);
  }

  close(reason: CloseReason): void {
    if (this.closeReason !== undefined) return;
    this.#ended(reason);
    this.#conn.close(reason);
  }

  violation(code: ErrorCode, detail: string): void {
    this.close({ cause: 'protocol', detail: `${code}: ${detail}` });
  }

  onState(fn: (state: TunnelState) => void): void {
    this.#states.push(fn);
    if (this.state !== 'open') fn(this.state);
  }

  /** The stamp of the ping, greater than every one before; undefined: too many are unanswered, none was sent. */
  sendPing(): number | undefined {
    if (this.#unanswered >= UNANSWERED_PINGS_MAX) return undefined;
    this.#unanswered++;
    const stamp = Math.max(this.clock.now(), this.#lastStamp + 1);
    this.#lastStamp = stamp;
    this.send({ type: 'ping', stamp });
    return stamp;
  }

  flushed(): Promise<void> {
    if (this.closeReason !== undefined) return Promise.resolve();
    this.#flush ??= new Flush();
    return this.#flush.wait(this);
  }

  suspected(): void {
    if (this.state === 'open') this.enter('suspect');
  }

  dead(silence: Micros): void {
    this.close({ cause: 'lost', detail: `nothing heard for ${silence} us` });
  }

  /** A reader keeps up and the peer ran out of credit: grow its window if a fresh ping shows no queue building up. */
  askGrowth(stream: TunnelStream): void {
    const size = stream.window?.size ?? WINDOW_MAX_BYTES;
    if (this.#growing !== undefined || size >= WINDOW_MAX_BYTES) return;
    if (this.#grown + size > WINDOW_MAX_BYTES - this.receiveWindow) return;
    this.#growing = stream;
    this.sendPing();
  }

  /** Bookkeeping of a removed stream's window. */
  protected forgetWindow(stream: TunnelStream): void {
    if (this.#growing === stream) this.#growing = undefined;
    if (stream.window !== undefined) this.#grown -= stream.window.size - this.receiveWindow;
  }

  /** The handshake is over. */
  protected established(): void {
    if (this.closeReason !== undefined) return;
    const { opening } = this;
    this.opening = undefined;
    this.#pulse.start();
    opening?.done();
  }

  protected enter(state: TunnelState): void {
    if (this.state === state || this.state === 'closed') return;
    this.state = state;
    for (const fn of this.#states) fn(state);
  }

  #receive(frame: Frame): void {
    if (this.closeReason !== undefined) return;
    this.lastHeard = this.clock.now();
    if (this.opening !== undefined) {
      this.greeted(frame);
      return;
    }
    if (this.state === 'suspect') this.enter('open');
    switch (frame.type) {
      case 'data': {
        const stream = this.stream(frame.stream);
        if (stream !== undefined) stream.data(frame.chunk, frame.end);
        else this.lateFrame(frame.stream, frame.chunk.bytes, frame.end, false);
        return;
      }
      case 'window': {
        const stream = this.stream(frame.stream);
        if (stream === undefined) this.lateFrame(frame.stream, 0, false, true);
        else if (frame.bytes <= 0 || stream.sendCredit + frame.bytes > CREDIT_MAX_BYTES) {
          this.violation('ERR_TUNNEL_CREDIT', `credit of ${frame.bytes} on stream ${frame.stream}`);
        } else stream.credit(frame.bytes);
        return;
      }
      case 'reset': {
        const stream = this.stream(frame.stream);
        if (stream !== undefined) stream.resetByPeer(frame.code, frame.detail);
        else this.lateFrame(frame.stream, 0, true, true);
        return;
      }
      case 'ping':
        if (this.writable) this.send({ type: 'pong', stamp: frame.stamp });
        else this.#owedPong = frame.stamp;
        return;
      case 'pong':
        this.#ponged(frame.stamp);
        return;
      default:
        this.handle(frame);
    }
  }

  /** A frame on a stream that is not open: harmless while it can be explained by what was under way, else a violation. */
  protected lateFrame(id: number, bytes: number, last: boolean, control: boolean): void {
    if (!this.known(id)) {
      this.violation('ERR_TUNNEL_UNKNOWN_STREAM', `stream ${id} was never opened`);
      return;
    }
    if (this.late.take(id, bytes)) {
      if (last) this.late.forget(id);
      return;
    }
    if (control) this.admitted('too many frames on closed streams');
    else this.violation('ERR_TUNNEL_CLOSED_STREAM', `stream ${id} is over`);
  }

  /** Books a frame that is cheap to send and dear to serve. False: it was one too many, the tunnel is closed. */
  admitted(what: string): boolean {
    if (this.#flood.admit()) return true;
    this.violation('ERR_TUNNEL_FLOOD', what);
    return false;
  }

  #ponged(stamp: number): void {
    this.#unanswered = 0;
    this.late.passed(stamp);
    this.#flush?.passed(stamp, this);
    const sample = this.clock.now() - stamp;
    if (sample < 0) return;
    this.measured(sample as Micros);
    const stream = this.#growing;
    if (stream === undefined) return;
    this.#growing = undefined;
    // A quarter and a millisecond: scheduling noise on a short path, a real queue on a long one.
    if (stream.closed || stream.receivedEnd || sample > this.#leastRoundTrip * 1.25 + 1_000) return;
    const extra = stream.window?.grow() ?? 0;
    this.#grown += extra;
    if (extra > 0) this.send({ type: 'window', stream: stream.id, bytes: extra });
  }

  /** Books a round trip (smoothed with weight 1/8, RFC 6298 section 2). */
  protected measured(sample: Micros): void {
    const before = this.roundTrip;
    this.roundTrip = (before === undefined ? sample : Math.round(before + (sample - before) / 8)) as Micros;
    this.#leastRoundTrip = before === undefined ? sample : Math.min(this.#leastRoundTrip, sample);
  }

  #drained(): void {
    if (this.closeReason !== undefined) return;
    this.writable = true;
    if (this.#owedPong !== undefined) {
      this.send({ type: 'pong', stamp: this.#owedPong });
      this.#owedPong = undefined;
    }
    while (this.writable && this.sendHeld());
    while (this.writable && this.turns.serve());
  }

  #ended(reason: CloseReason): void {
    if (this.closeReason !== undefined) return;
    this.closeReason = reason;
    this.writable = false;
    this.#pulse.stop();
    this.turns.clear();
    this.opening?.fail(
      new HoldfastError('ERR_TUNNEL_HELLO', `tunnel not opened: ${reason.detail}`, { facts: { ...reason } }),
    );
    // The state first: who learns that a stream is lost may look for another tunnel at once.
    this.enter('closed');
    for (const stream of this.allStreams()) stream.lost(reason.detail);
    this.#flush?.over();
  }
}
