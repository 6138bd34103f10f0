import type { Clock } from '../host/clock.ts';
import type { Frame, HelloFrame, RequestFrame } from '../host/frame.ts';
import { IdTable } from '../host/id-table.ts';
import type { Conn } from '../host/transport.ts';
import { type Micros, micros } from '../host/units.ts';
import { ConnectorStream } from './connector-stream.ts';
import { helloAckProblem } from './hello.ts';
import type { Opening } from './opening.ts';
import type { ConfigReader, ConnectorTunnel, IncomingStream, TunnelLiveness } from './tunnel.ts';
import { TunnelSession } from './tunnel-session.ts';
import type { TunnelStream } from './tunnel-stream.ts';

export interface ConnectorSessionOptions {
  readonly connectorId: string;
  readonly bootNonce: string;
  readonly generation: number;
  readonly maxStreams: number;
  readonly window: number;
  readonly liveness: TunnelLiveness;
  readonly onStream: (stream: IncomingStream) => void;
  /**
   * Like ConnectorTunnel.onConfig, but in place before the first frame: a service may send configuration and requests in
   * one go with its greeting, and a request must not be looked at before the configuration is known.
   */
  readonly onConfig?: ConfigReader;
}

/** The connector's end of a tunnel: it receives streams and answers them. */
export class ConnectorSession extends TunnelSession implements ConnectorTunnel {
  instanceId = '';
  readonly #hello: HelloFrame;
  readonly #maxStreams: number;
  readonly #onStream: (stream: IncomingStream) => void;
  readonly #streams = new IdTable<ConnectorStream>();
  #highest = 0;
  #leaving = false;
  #left: { readonly reason: string; readonly retryAfterMs: number } | undefined = undefined;
  #json: string | undefined = undefined;
  #goAwayFn: ((reason: string, retryAfterMs: number) => void) | undefined = undefined;
  #configFn: ConfigReader | undefined = undefined;

  constructor(conn: Conn, clock: Clock, options: ConnectorSessionOptions, opening: Opening) {
    // The service's ping comes first: both ends would otherwise ping in the same instant, for ever, at twice the cost.
    const pingInterval = micros((options.liveness.pingInterval * 9) / 8);
    super(conn, clock, { ...options.liveness, pingInterval }, options.window, opening);
    this.#maxStreams = options.maxStreams;
    this.#onStream = options.onStream;
    this.#configFn = options.onConfig;
    const { connectorId, bootNonce, generation, maxStreams, window } = options;
    this.#hello = { type: 'hello', version: 1, connectorId, bootNonce, generation, maxStreams, window };
  }

  override start(): void {
    super.start();
    this.send(this.#hello);
  }

  get inFlight(): number {
    return this.#streams.size;
  }

  goAway(reason: string, retryAfterMs: number): void {
    if (this.state === 'closed' || this.#leaving) return;
    this.#leaving = true;
    this.send({ type: 'goaway', lastStream: this.#highest, reason, retryAfterMs });
    this.enter('draining');
  }

  onGoAway(fn: (reason: string, retryAfterMs: number) => void): void {
    this.#goAwayFn = fn;
    if (this.#left !== undefined) fn(this.#left.reason, this.#left.retryAfterMs);
  }

  onConfig(fn: ConfigReader): void {
    this.#configFn = fn;
    const json = this.#json;
    this.#json = undefined;
    if (json !== undefined) this.#configure(json);
  }

  remove(stream: TunnelStream): void {
    stream.closed = true;
    this.#streams.delete(stream.id);
    this.forgetWindow(stream);
  }

  protected allStreams(): readonly TunnelStream[] {
    return this.#streams.values();
  }

  protected stream(id: number): TunnelStream | undefined {
    return this.#streams.get(id);
  }

  protected known(id: number): boolean {
    return id > 0 && id <= this.#highest && id % 2 === 1;
  }

  protected sendHeld(): boolean {
    return false;
  }

  protected greeted(frame: Frame): void {
    const problem = frame.type === 'hello-ack' ? helloAckProblem(frame) : `first frame is ${frame.type}`;
    if (problem !== undefined || frame.type !== 'hello-ack') {
      this.violation('ERR_TUNNEL_HELLO', problem ?? '');
      return;
    }
    this.instanceId = frame.instanceId;
    this.sendWindow = frame.window;
    this.established();
  }

  protected handle(frame: Frame): void {
    switch (frame.type) {
      case 'request':
        this.#request(frame);
        return;
      case 'goaway':
        this.#left = { reason: frame.reason, retryAfterMs: frame.retryAfterMs };
        this.enter('draining');
        this.#goAwayFn?.(frame.reason, frame.retryAfterMs);
        return;
      case 'config':
        this.#configure(frame.json);
        return;
      default:
        this.violation('ERR_TUNNEL_FRAME', `a service may not send ${frame.type}`);
    }
  }

  #configure(json: string): void {
    if (this.#configFn === undefined) {
      this.#json = json;
      return;
    }
    const problem = this.#configFn(json);
    if (problem !== undefined) this.violation('ERR_TUNNEL_CONFIG', problem);
  }

  #request(frame: RequestFrame): void {
    const id = frame.stream;
    if (id <= this.#highest || id % 2 === 0) {
      this.violation('ERR_TUNNEL_STREAM_ID', `stream ${id} opened after ${this.#highest}`);
      return;
    }
    this.#highest = id;
    const bytes = frame.first?.bytes ?? 0;
    if (bytes > this.receiveWindow) {
      this.violation('ERR_TUNNEL_WINDOW', `data beyond the credit of stream ${id}`);
      return;
    }
    if (this.#leaving) {
      // Above the last stream we named: the service knows that it is never looked at.
      if (!frame.end) this.late.add(id, this.receiveWindow - bytes);
      return;
    }
    if (this.#streams.size >= this.#maxStreams) {
      if (!this.admitted('too many refused streams')) return;
      this.sendReset(id, 'refused', 'too many streams', frame.end ? -1 : this.receiveWindow - bytes);
      return;
    }
    const stream = new ConnectorStream(this, frame);
    this.#streams.set(id, stream);
    stream.begin(frame);
    this.#onStream(stream);
  }

  /** Round trip of the handshake, the first sample. */
  greetedAfter(span: Micros): void {
    this.measured(span);
  }
}
