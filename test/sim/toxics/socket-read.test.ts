import { once } from 'node:events';
import net from 'node:net';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { acceptedSocket, readInto } from '../../../sim/toxics/socket-read.ts';
import { afterwards, closeAll, connect } from './sockets.ts';

test.after.each(closeAll);

/** As libuv does: fills the buffer it was given last, tells how much, and asks for the next. */
class ScriptedSocket {
  /** What is in use, and a copy of it made when it came. */
  readonly kept: { bytes: Buffer; before: Buffer }[] = [];
  keeps = false;
  #takes = false;
  readonly #onread = readInto({
    keeps: () => this.keeps,
    take: (bytes) => {
      if (this.keeps || this.#takes) this.kept.push({ bytes, before: Buffer.from(bytes) });
      return this.#takes;
    },
  });
  #next = this.#buffer();

  read(length: number, filling: number, takes: boolean): void {
    this.#takes = takes;
    this.#next.fill(filling, 0, length);
    this.#onread.callback(length, this.#next);
    this.#next = this.#buffer();
  }

  #buffer(): Uint8Array {
    return (this.#onread.buffer as () => Uint8Array)();
  }
}

test('whatever sockets read in between, bytes in use are never overwritten', () => {
  const length = fc.oneof(fc.integer({ min: 1, max: 8_192 }), fc.integer({ min: 8_193, max: 65_536 }));
  const read = fc.record({ socket: fc.nat(2), length, filling: fc.nat(255), keeps: fc.boolean(), takes: fc.boolean() });
  fc.assert(
    fc.property(fc.array(read, { minLength: 2, maxLength: 40 }), (reads) => {
      const sockets = [new ScriptedSocket(), new ScriptedSocket(), new ScriptedSocket()];
      for (const one of reads) {
        const socket = sockets[one.socket] as ScriptedSocket;
        socket.keeps = one.keeps;
        socket.read(one.length, one.filling, one.takes);
      }
      for (const { kept } of sockets) for (const { bytes, before } of kept) assert.ok(bytes.equals(before));
    }),
    { numRuns: 300 },
  );
});

test('a socket that moves much reads into the same memory again where nothing is in use', () => {
  const memory = new Set<ArrayBufferLike>();
  const { buffer, callback } = readInto({
    keeps: () => false,
    take: (bytes) => {
      memory.add(bytes.buffer);
      return false;
    },
  });
  const next = buffer as () => Uint8Array;
  for (let i = 0; i < 50; i++) callback(40_000, next());
  // the copy of the first read, out of the buffer that all share
  assert.is(memory.size, 2);
});

test('an accepted client reads into our memory on this Node, and nothing of it is lost', async () => {
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterwards(() => void server.close());
  const accepted = once(server, 'connection');
  const client = await connect((server.address() as net.AddressInfo).port);
  client.write(Buffer.alloc(1_000_000, 7));
  client.socket.end();
  const [bare] = (await accepted) as [net.Socket];
  let size = 0;
  const ours = acceptedSocket(bare, {
    keeps: () => false,
    take: (bytes) => {
      size += bytes.length;
      return false;
    },
  });
  afterwards(() => void ours.destroy());
  assert.is.not(ours, bare, 'this Node hands out no handle: every read allocates a buffer');
  assert.is(ours.remotePort, client.socket.localPort);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.is(size, 0, 'paused until it is told to read');
  ours.resume();
  await once(ours, 'end');
  assert.is(size, 1_000_000);
  ours.end('answer');
  await client.end();
  assert.is(client.text, 'answer');
});

test('where a socket has no handle of its own it reads as always', async () => {
  const bare = new net.Socket();
  assert.is(acceptedSocket(bare, { keeps: () => false, take: () => false }), bare);
  bare.destroy();
});

test.run();
