/**
 * Speed of the tunnel protocol alone: requests a second through a pair of sessions that hand frames over as objects, the
 * same over bytes, and the codec's throughput. One process, no sockets, no virtual time. Rates are per second of CPU time,
 * which a busy machine disturbs less than the clock on the wall.
 *
 * usage: node dist/test/bench/tunnel-protocol.js [seconds per row]
 */
import { fileURLToPath } from 'node:url';
import { wholeBody } from '../../proxy/host/body.ts';
import { CancelSource } from '../../proxy/host/cancel.ts';
import type { Clock, TimerId } from '../../proxy/host/clock.ts';
import type { Frame, RequestHead } from '../../proxy/host/frame.ts';
import type { CloseReason, Conn } from '../../proxy/host/transport.ts';
import { epochMs, instant, seconds } from '../../proxy/host/units.ts';
import { byteConn } from '../../proxy/protocol/byte-conn.ts';
import type { ByteStream } from '../../proxy/protocol/byte-stream.ts';
import { FrameDecoder } from '../../proxy/protocol/frame-decoder.ts';
import { FrameEncoder } from '../../proxy/protocol/frame-encoder.ts';
import { acceptServiceTunnel, openConnectorTunnel } from '../../proxy/protocol/handshake.ts';
import type { ServiceTunnel } from '../../proxy/protocol/tunnel.ts';
import { ask } from '../proxy/protocol/ask.ts';
import { rethrow } from '../proxy/protocol/byte-pair.ts';

/** Nine fields, as a browser sends them. */
const head: RequestHead = {
  method: 'GET',
  host: 'intranet.example.com',
  target: '/api/orders?page=2',
  headers: [
    ['accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
    ['accept-encoding', 'gzip, deflate, br'],
    ['accept-language', 'en-GB,en;q=0.9'],
    ['user-agent', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36'],
    ['referer', 'https://intranet.example.com/orders'],
    ['sec-fetch-mode', 'cors'],
    ['sec-fetch-site', 'same-origin'],
    ['x-forwarded-for', '203.0.113.9'],
    ['x-forwarded-proto', 'https'],
  ],
  application: 'orders',
  user: 'ann@example.com',
  timeoutUs: 85_000_000,
  transactionId: '5f1c6b0e9d7a4c58',
};

/** CPU seconds of this process so far. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}

const answerHeaders = [
  ['content-type', 'application/json'],
  ['content-length', '1024'],
  ['cache-control', 'no-store'],
] as const;

const still: Clock = {
  now: () => instant(0),
  wall: () => epochMs(0),
  sleep: () => new Promise(() => {}),
  wake: () => {},
  alarm: () => 0 as TimerId,
  timeout: () => 0 as TimerId,
  clear: () => {},
};

/** Frames of one turn arrive together one microtask later. */
class DirectConn implements Conn {
  readonly peer = { address: 'pair', certificateName: undefined };
  other: DirectConn | undefined = undefined;
  #frame: (frame: Frame) => void = () => {};
  #batch: Frame[] = [];
  readonly #deliver = (): void => {
    const batch = this.#batch;
    this.#batch = [];
    const other = this.other as DirectConn;
    for (const frame of batch) other.arrive(frame);
  };

  arrive(frame: Frame): void {
    this.#frame(frame);
  }
  send(frame: Frame): boolean {
    if (this.#batch.length === 0) queueMicrotask(this.#deliver);
    this.#batch.push(frame);
    return true;
  }
  onFrame(fn: (frame: Frame) => void): void {
    this.#frame = fn;
  }
  onDrain(): void {}
  onClose(): void {}
  close(_: CloseReason): void {}
}

class DirectStream implements ByteStream {
  other: DirectStream | undefined = undefined;
  #bytes: (bytes: Uint8Array) => void = () => {};
  write(bytes: Uint8Array): boolean {
    queueMicrotask(() => this.other?.arrive(bytes));
    return true;
  }
  arrive(bytes: Uint8Array): void {
    this.#bytes(bytes);
  }
  onBytes(fn: (bytes: Uint8Array) => void): void {
    this.#bytes = fn;
  }
  onDrain(): void {}
  onClose(): void {}
  close(): void {}
}

async function tunnel(
  service: Conn,
  connector: Conn,
  body: { bytes: number; data?: Uint8Array },
): Promise<ServiceTunnel> {
  const liveness = { pingInterval: seconds(10), suspectAfter: undefined, deadAfter: undefined };
  const shared = { liveness, window: 262_144, helloTimeout: seconds(5) };
  const accepted = acceptServiceTunnel(service, still, { ...shared, instanceId: 'service/1' });
  await openConnectorTunnel(connector, still, {
    ...shared,
    connectorId: 'connector/1',
    bootNonce: 'n',
    generation: 1,
    maxStreams: 200,
    onStream: (stream) => {
      void stream.respond(200, answerHeaders, wholeBody(body));
    },
  });
  return accepted;
}

/** Requests a second with 64 in flight. */
async function requestRate(service: ServiceTunnel, forSeconds: number): Promise<number> {
  let done = 0;
  let goOn = true;
  const client = async (): Promise<void> => {
    while (goOn) {
      const answer = await ask(service, head, undefined, new CancelSource());
      if (answer.kind !== 'answer') throw new Error(JSON.stringify(answer));
      done++;
      if (done % 4096 === 0) goOn = performance.now() < until;
    }
  };
  let until = performance.now() + Math.min(1, forSeconds) * 1_000;
  await Promise.all(Array.from({ length: 64 }, client));
  const from = done;
  goOn = true;
  const begun = cpuSeconds();
  until = performance.now() + forSeconds * 1_000;
  await Promise.all(Array.from({ length: 64 }, client));
  return (done - from) / (cpuSeconds() - begun);
}

function codecRate(frames: readonly Frame[], forSeconds: number): { framesPerSecond: number; mbPerSecond: number } {
  const until = performance.now() + forSeconds * 1_000;
  const begun = cpuSeconds();
  let count = 0;
  let bytes = 0;
  while (performance.now() < until) {
    const encoder = new FrameEncoder();
    const decoder = new FrameDecoder();
    for (let i = 0; i < 50; i++) {
      for (const frame of frames) encoder.add(frame);
      for (const part of encoder.take()) {
        bytes += part.byteLength;
        count += decoder.push(part).length;
      }
    }
    if (decoder.fault !== undefined) throw decoder.fault;
  }
  const passed = cpuSeconds() - begun;
  return { framesPerSecond: count / passed, mbPerSecond: bytes / 1e6 / passed };
}

async function main(forSeconds: number): Promise<void> {
  const a = new DirectConn();
  const b = new DirectConn();
  a.other = b;
  b.other = a;
  const objects = await requestRate(await tunnel(a, b, { bytes: 1024 }), forSeconds);
  console.log(`sessions, objects   ${Math.round(objects)} requests/s`);

  const x = new DirectStream();
  const y = new DirectStream();
  x.other = y;
  y.other = x;
  const options = { peer: a.peer, flushSoon: (fn: () => void) => queueMicrotask(fn), onBug: rethrow };
  const data = new Uint8Array(1024).fill(120);
  const wire = await tunnel(byteConn(x, options), byteConn(y, options), { bytes: 1024, data });
  const bytes = await requestRate(wire, forSeconds);
  console.log(`sessions, bytes     ${Math.round(bytes)} requests/s`);

  const first = { bytes: 1024, data };
  const small: Frame[] = [];
  for (let i = 1; i < 100; i += 2) {
    small.push({ type: 'request', stream: i, head, first: undefined, end: true });
    small.push({ type: 'response', stream: i, status: 200, headers: answerHeaders, first, end: true });
  }
  const heads = codecRate(small, forSeconds);
  console.log(
    `codec, small        ${Math.round(heads.framesPerSecond)} frames/s encoded and decoded (half requests, half answers)`,
  );
  const chunk = { bytes: 16_384, data: new Uint8Array(16_384).fill(121) };
  const bulk: Frame[] = Array.from({ length: 16 }, () => ({ type: 'data', stream: 1, chunk, end: false }) as const);
  const moved = codecRate(bulk, forSeconds);
  console.log(`codec, 16 KiB data  ${Math.round(moved.mbPerSecond)} MB/s encoded and decoded`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(Number(process.argv[2] ?? 3));
