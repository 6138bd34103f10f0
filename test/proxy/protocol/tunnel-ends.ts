import { wholeBody } from '../../../proxy/host/body.ts';
import { CancelSource } from '../../../proxy/host/cancel.ts';
import type { Frame, RequestHead } from '../../../proxy/host/frame.ts';
import type { BodySource, Chunk, Pulled } from '../../../proxy/host/message.ts';
import type { CloseReason, Conn } from '../../../proxy/host/transport.ts';
import { ms, seconds } from '../../../proxy/host/units.ts';
import {
  acceptServiceTunnel,
  type ConnectorTunnelOptions,
  openConnectorTunnel,
} from '../../../proxy/protocol/handshake.ts';
import type { ConnectorTunnel, IncomingStream, ServiceTunnel, TunnelAnswer } from '../../../proxy/protocol/tunnel.ts';
import { ManualClock } from '../manual-clock.ts';
import { ObjectConn, objectPair, type PairOptions } from './object-pair.ts';

export const head: RequestHead = {
  method: 'GET',
  host: 'app.example',
  target: '/',
  headers: [['accept', '*/*']],
  application: 'app',
  user: 'ann@example',
  timeoutUs: 85_000_000,
  transactionId: 't-1',
};

export const liveness = { pingInterval: seconds(1), suspectAfter: ms(2_500), deadAfter: seconds(5) };

/** A line between two tunnel ends in one of the worlds. */
export interface Line {
  readonly clock: ManualClock;
  readonly service: Conn;
  readonly connector: Conn;
  /** From now on nothing arrives in either direction. */
  silence(): void;
}

/** A way to join two ends; the session suite runs over each. */
export interface LineWorld {
  readonly name: string;
  /** Bodies carry data, not only lengths. */
  readonly bytes: boolean;
  /** Frames take (virtual) time to arrive. */
  readonly timed: boolean;
  line(clock: ManualClock, options?: PairOptions): Line | Promise<Line>;
}

export const objectWorld: LineWorld = {
  name: 'objects',
  bytes: false,
  timed: true,
  line(clock, options) {
    const [service, connector] = objectPair(clock, options);
    return {
      clock,
      service,
      connector,
      silence() {
        service.silent = true;
        connector.silent = true;
      },
    };
  },
};

export interface Ends {
  readonly clock: ManualClock;
  readonly service: ServiceTunnel;
  readonly connector: ConnectorTunnel;
  readonly line: Line;
  /** Streams the connector has received, oldest first. */
  readonly streams: IncomingStream[];
}

export interface EndsOptions extends PairOptions {
  readonly onStream?: (stream: IncomingStream) => void;
  readonly window?: number;
  readonly maxStreams?: number;
  readonly connector?: Partial<ConnectorTunnelOptions>;
  readonly liveness?: ConnectorTunnelOptions['liveness'];
  /** What a hand-made service sends along with its greeting. */
  readonly greeting?: readonly Frame[];
}

/** Two ends of an open tunnel over a line of `world`. */
export async function openEnds(world: LineWorld, options: EndsOptions = {}): Promise<Ends> {
  const clock = new ManualClock();
  const line = await world.line(clock, options);
  const streams: IncomingStream[] = [];
  const window = options.window ?? 262_144;
  const accepted = acceptServiceTunnel(line.service, clock, {
    instanceId: 'service/1',
    liveness: options.liveness ?? liveness,
    window,
    helloTimeout: seconds(5),
  });
  const opened = openConnectorTunnel(line.connector, clock, {
    connectorId: 'connector/1',
    bootNonce: 'boot',
    generation: 1,
    maxStreams: options.maxStreams ?? 200,
    window,
    liveness: options.liveness ?? liveness,
    helloTimeout: seconds(5),
    onStream: (stream) => {
      streams.push(stream);
      options.onStream?.(stream);
    },
    ...options.connector,
  });
  await clock.pass(ms(20));
  return { clock, line, streams, service: await accepted, connector: await opened };
}

/** One end played by the test itself: frames out as it likes, frames in recorded. */
export class RawPeer {
  readonly received: Frame[] = [];
  closed: CloseReason | undefined = undefined;
  readonly conn: Conn;

  constructor(conn: Conn) {
    this.conn = conn;
    conn.onFrame((frame) => this.received.push(frame));
    conn.onClose((reason) => {
      this.closed = reason;
    });
  }

  send(...frames: Frame[]): void {
    for (const frame of frames) this.conn.send(frame);
  }

  of<T extends Frame['type']>(type: T): Array<Extract<Frame, { type: T }>> {
    return this.received.filter((frame): frame is Extract<Frame, { type: T }> => frame.type === type);
  }
}

/** The service's end against a hand-made connector. */
export async function serviceAgainstRaw(
  world: LineWorld = objectWorld,
  options: EndsOptions = {},
): Promise<{ clock: ManualClock; service: ServiceTunnel; peer: RawPeer; line: Line }> {
  const clock = new ManualClock();
  const line = await world.line(clock, options);
  const peer = new RawPeer(line.connector);
  const accepted = acceptServiceTunnel(line.service, clock, {
    instanceId: 'service/1',
    liveness: options.liveness ?? liveness,
    window: options.window ?? 262_144,
    helloTimeout: seconds(5),
  });
  peer.send(hello(options));
  await clock.pass(ms(10));
  return { clock, line, peer, service: await accepted };
}

/** The connector's end against a hand-made service. */
export async function connectorAgainstRaw(
  world: LineWorld = objectWorld,
  options: EndsOptions = {},
): Promise<{ clock: ManualClock; connector: ConnectorTunnel; peer: RawPeer; streams: IncomingStream[] }> {
  const clock = new ManualClock();
  const line = await world.line(clock, options);
  const peer = new RawPeer(line.service);
  const streams: IncomingStream[] = [];
  const window = options.window ?? 262_144;
  const opened = openConnectorTunnel(line.connector, clock, {
    connectorId: 'connector/1',
    bootNonce: 'boot',
    generation: 1,
    maxStreams: options.maxStreams ?? 200,
    window,
    liveness: options.liveness ?? liveness,
    helloTimeout: seconds(5),
    onStream: (stream) => {
      streams.push(stream);
      options.onStream?.(stream);
    },
    ...options.connector,
  });
  const ack: Frame = { type: 'hello-ack', instanceId: 'service/1', window, pingIntervalMs: 1_000 };
  peer.send(ack, ...(options.greeting ?? []));
  await clock.pass(ms(10));
  return { clock, peer, streams, connector: await opened };
}

export function hello(options: EndsOptions = {}): Extract<Frame, { type: 'hello' }> {
  return {
    type: 'hello',
    version: 1,
    connectorId: 'connector/1',
    bootNonce: 'boot',
    generation: 1,
    maxStreams: options.maxStreams ?? 200,
    window: options.window ?? 262_144,
  };
}

/** A chunk of `bytes`: with data 0, 1, 2, … (mod 251) from `from` on where the world carries bytes. */
export function chunkOf(world: LineWorld, bytes: number, from = 0): Chunk {
  if (!world.bytes) return { bytes };
  const data = new Uint8Array(bytes);
  for (let i = 0; i < bytes; i++) data[i] = (from + i) % 251;
  return { bytes, data };
}

export const wholeOf = (world: LineWorld, bytes: number): BodySource => wholeBody(chunkOf(world, bytes));

/** A body of `total` bytes in chunks of `piece`; counts what was asked for. */
export class PiecesBody implements BodySource {
  pulled = 0;
  cancelled: string | undefined = undefined;
  readonly #world: LineWorld;
  readonly #total: number;
  readonly #piece: number;

  constructor(world: LineWorld, total: number, piece: number) {
    this.#world = world;
    this.#total = total;
    this.#piece = piece;
  }

  pull(): Pulled {
    const bytes = Math.min(this.#piece, this.#total - this.pulled);
    if (bytes <= 0) return undefined;
    const chunk = chunkOf(this.#world, bytes, this.pulled);
    this.pulled += bytes;
    return chunk;
  }

  cancel(reason: string): void {
    this.cancelled = reason;
  }
}

/** A body the test feeds by hand. */
export class HandBody implements BodySource {
  cancelled: string | undefined = undefined;
  #waiting: { resolve: (chunk: Chunk | undefined) => void; reject: (error: Error) => void } | undefined = undefined;

  pull(): Pulled {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  give(chunk: Chunk | undefined): void {
    this.#waiting?.resolve(chunk);
  }

  fail(error: Error): void {
    this.#waiting?.reject(error);
  }

  cancel(reason: string): void {
    this.cancelled = reason;
  }
}

/** Reads a body to its end; the bytes are checked against `chunkOf`'s pattern. Gives the count. */
export async function drainBody(body: BodySource | undefined): Promise<number> {
  let total = 0;
  for (;;) {
    const chunk = await body?.pull();
    if (chunk === undefined) return total;
    if (chunk.data !== undefined) {
      if (chunk.data.byteLength !== chunk.bytes) throw new Error('bytes and data disagree');
      for (let i = 0; i < chunk.bytes; i += 97) {
        if (chunk.data[i] !== (total + i) % 251) throw new Error(`wrong byte at ${total + i}`);
      }
    }
    total += chunk.bytes;
  }
}

/** The answer of kind `answer`, or a failed test. */
export function answered(answer: TunnelAnswer): Extract<TunnelAnswer, { kind: 'answer' }> {
  if (answer.kind !== 'answer') throw new Error(`no answer but ${JSON.stringify(answer)}`);
  return answer;
}

export const never = (): CancelSource => new CancelSource();

/** Frames this end has sent, where the line records them. */
export function sentBy(conn: Conn): Frame[] {
  if (!(conn instanceof ObjectConn)) throw new Error('only object lines record frames');
  return conn.sent;
}
