import type { Cancel, CancelListener } from '../host/cancel.ts';
import type { Clock } from '../host/clock.ts';
import type { Frame, HelloFrame, RequestHead } from '../host/frame.ts';
import { IdTable } from '../host/id-table.ts';
import type { BodySource, Taker } from '../host/message.ts';
import type { Conn } from '../host/transport.ts';
import { headProblem } from './head-limits.ts';
import { helloProblem } from './hello.ts';
import { STREAM_ID_MAX } from './limits.ts';
import type { Opening } from './opening.ts';
import { ServiceStream } from './service-stream.ts';
import type { ServiceTunnel, TunnelAnswer, TunnelLiveness } from './tunnel.ts';
import { TunnelSession } from './tunnel-session.ts';
import type { TunnelStream } from './tunnel-stream.ts';

/** The service's end of a tunnel: it opens streams and receives answers. */
export class ServiceSession extends TunnelSession implements ServiceTunnel {
  connectorId = '';
  bootNonce = '';
  generation = 0;
  maxStreams = 0;
  bulkStreams = 0;
  readonly #conn: Conn;
  readonly #instanceId: string;
  readonly #pingIntervalMs: number;
  readonly #streams = new IdTable<ServiceStream>();
  #held: ServiceStream[] = [];
  #lastId = -1;

  constructor(
    conn: Conn,
    clock: Clock,
    options: { readonly instanceId: string; readonly liveness: TunnelLiveness; readonly window: number },
    opening: Opening,
  ) {
    super(conn, clock, options.liveness, options.window, opening);
    this.#conn = conn;
    this.#instanceId = options.instanceId;
    this.#pingIntervalMs = Math.round(options.liveness.pingInterval / 1_000);
  }

  get inFlight(): number {
    return this.#streams.size;
  }

  request(
    head: RequestHead,
    body: BodySource | undefined,
    cancel: Cancel,
    taker: Taker<TunnelAnswer>,
  ): CancelListener | undefined {
    const unsent = this.#obstacle(head, cancel);
    if (unsent !== undefined) {
      body?.cancel(unsent.detail);
      taker.take(unsent);
      return undefined;
    }
    this.#lastId += 2;
    const stream = new ServiceStream(this, this.#lastId, head, body, cancel, taker);
    this.#streams.set(stream.id, stream);
    // Ids must reach the connector in order, so nobody overtakes a held request.
    if (this.writable && this.#held.length === 0) stream.open();
    else this.#held.push(stream);
    return stream;
  }

  sendConfig(json: string): void {
    this.send({ type: 'config', json });
  }

  goAway(reason: string, retryAfterMs: number): void {
    if (this.state === 'closed') return;
    this.send({ type: 'goaway', lastStream: Math.max(0, this.#lastId), reason, retryAfterMs });
    this.enter('draining');
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
    return id > 0 && id <= this.#lastId && id % 2 === 1;
  }

  protected sendHeld(): boolean {
    const stream = this.#held.shift();
    stream?.open();
    return stream !== undefined;
  }

  protected greeted(frame: Frame): void {
    if (frame.type !== 'hello') {
      this.violation('ERR_TUNNEL_HELLO', `first frame is ${frame.type}`);
      return;
    }
    const problem = helloProblem(frame, this.#conn.peer);
    if (problem !== undefined) this.violation('ERR_TUNNEL_HELLO', problem);
    else this.#welcome(frame);
  }

  protected handle(frame: Frame): void {
    if (frame.type === 'response') {
      const stream = this.#streams.get(frame.stream);
      if (stream !== undefined) stream.response(frame);
      else this.lateFrame(frame.stream, frame.first?.bytes ?? 0, frame.end, false);
    } else if (frame.type === 'goaway') this.#connectorLeaves(frame.lastStream, frame.reason);
    else this.violation('ERR_TUNNEL_FRAME', `a connector may not send ${frame.type}`);
  }

  #welcome(hello: HelloFrame): void {
    this.connectorId = hello.connectorId;
    this.bootNonce = hello.bootNonce;
    this.generation = hello.generation;
    this.maxStreams = hello.maxStreams;
    this.sendWindow = hello.window;
    this.send({
      type: 'hello-ack',
      instanceId: this.#instanceId,
      window: this.receiveWindow,
      pingIntervalMs: this.#pingIntervalMs,
    });
    this.established();
    // The first sample of the round trip.
    this.sendPing();
  }

  #connectorLeaves(lastStream: number, reason: string): void {
    this.enter('draining');
    for (const stream of this.#streams.values()) {
      if (stream.id > lastStream) stream.refused(`connector is going away: ${reason}`);
    }
  }

  /** Why a request cannot set out on this tunnel; undefined: it can. */
  #obstacle(head: RequestHead, cancel: Cancel): Unsent | undefined {
    if (this.closeReason !== undefined) return unsent('the tunnel is closed');
    if (this.state === 'closed' || this.state === 'draining') return unsent(`the tunnel is ${this.state}`);
    if (cancel.cancelled) return unsent(cancel.reason ?? 'cancelled', 'cancelled');
    const problem = headProblem(head.headers, head, this.carriesBytes);
    if (problem !== undefined) return unsent(problem, 'protocol');
    if (this.#lastId + 2 > STREAM_ID_MAX) {
      this.goAway('stream ids are used up', 0);
      return unsent('stream ids are used up');
    }
    if (!this.writable && this.#held.length >= this.maxStreams) return unsent('the tunnel does not take more');
    return undefined;
  }
}

type Unsent = Extract<TunnelAnswer, { kind: 'reset' }>;

function unsent(detail: string, code: Unsent['code'] = 'refused'): Unsent {
  return { kind: 'reset', code, detail, processed: 'never' };
}
