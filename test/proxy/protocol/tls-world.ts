import type { Socket } from 'node:net';
import type { CloseReason, Conn, PeerIdentity } from '../../../proxy/host/transport.ts';
import { acceptSockets } from '../../../proxy/node/tunnel/accept.ts';
import { dialSocket } from '../../../proxy/node/tunnel/dial.ts';
import { socketStream } from '../../../proxy/node/tunnel/socket-stream.ts';
import { byteConn } from '../../../proxy/protocol/byte-conn.ts';
import type { ByteStream } from '../../../proxy/protocol/byte-stream.ts';
import { settled } from '../manual-clock.ts';
import { testCertificates } from '../node/certificates.ts';
import { rethrow } from './byte-pair.ts';
import type { LineWorld } from './tunnel-ends.ts';

const certificates = await testCertificates('connector/1');

/** A socket's stream that counts, so that a test can wait for the last byte instead of for time. */
class CountedStream implements ByteStream {
  written = 0;
  read = 0;
  over = false;
  silent = false;
  readonly #inner: ByteStream;
  #bytes: (bytes: Uint8Array) => void = () => {};

  constructor(inner: ByteStream) {
    this.#inner = inner;
    inner.onBytes((bytes) => {
      this.read += bytes.byteLength;
      if (!this.silent) this.#bytes(bytes);
    });
  }
  write(bytes: Uint8Array): boolean {
    if (!this.over) this.written += bytes.byteLength;
    return this.#inner.write(bytes);
  }
  onBytes(fn: (bytes: Uint8Array) => void): void {
    this.#bytes = fn;
  }
  onDrain(fn: () => void): void {
    this.#inner.onDrain(fn);
  }
  onClose(fn: (reason: CloseReason) => void): void {
    this.#inner.onClose((reason) => {
      this.over = true;
      fn(reason);
    });
  }
  /** The other end learns of it by the socket; `over` is set when this end has. */
  closing = false;
  close(reason: CloseReason): void {
    this.closing = true;
    this.#inner.close(reason);
  }
}

function counted(socket: Socket, peer: PeerIdentity): [CountedStream, Conn] {
  const stream = new CountedStream(socketStream(socket));
  return [stream, byteConn(stream, { peer, flushSoon: setImmediate, onBug: rethrow })];
}

/** Two ends over TLS 1.3 on loopback. Time stays the test's own; only the bytes are real. */
export const tlsWorld: LineWorld = {
  name: 'tls',
  bytes: true,
  timed: false,
  async line(clock) {
    let accepted: (end: [CountedStream, Conn]) => void = () => {};
    const arrival = new Promise<[CountedStream, Conn]>((resolve) => {
      accepted = resolve;
    });
    const { listener, dialler } = certificates;
    const door = await acceptSockets(
      '127.0.0.1:0',
      { tls: listener, handshakeTimeoutMs: 5_000, maxConnections: 1, onRefused: undefined },
      (socket, peer) => {
        socket.unref();
        accepted(counted(socket, peer));
      },
    );
    const how = { timeoutMs: 5_000, tls: dialler, serverName: undefined, outboundProxy: undefined };
    const socket = await dialSocket(door.address, how, undefined);
    const [b, connector] = counted(socket, { address: door.address, certificateName: undefined });
    const [a, service] = await arrival;
    await door.close();
    // From here nothing of this line keeps the process alive: a test that forgets an end does not hang.
    socket.unref();
    clock.settle = async () => {
      // Ten quiet turns with every byte arrived, and a close seen at both ends; bounded so that a bug ends the test.
      let quiet = 0;
      for (let turn = 0; turn < 100_000 && quiet < 10; turn++) {
        const before = a.read + b.read + a.written + b.written;
        await settled();
        const arrived = (a.written === b.read && b.written === a.read) || a.over || b.over;
        const closed = a.over === b.over && (a.over || !(a.closing || b.closing));
        quiet = arrived && closed && before === a.read + b.read + a.written + b.written ? quiet + 1 : 0;
      }
      if (quiet < 10) throw new Error('the line never came to rest');
    };
    return {
      clock,
      service,
      connector,
      silence() {
        a.silent = true;
        b.silent = true;
      },
    };
  },
};
