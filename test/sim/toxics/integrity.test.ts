import { createHash, randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TOXIC_TYPES } from '../../../sim/toxics/registry.ts';
import { Bench } from './rows.ts';
import { afterwards, closeAll, delay, startUpstream, type Upstream, within } from './sockets.ts';
import { embedded } from './target.ts';

test.after.each(closeAll);

const SIZE = 50_000_000;
const PAIR_SIZE = 8_000_000;
const DATA = randomFillSync(Buffer.alloc(SIZE));

/**
 * Settings under which a type acts and still lets the data through in about a second. Most act on every chunk; slow_close
 * acts on the end, connect_delay before the dial, and the two protocol toxics on an opening they know (see OPENINGS).
 */
const SETTINGS: Record<string, object> = {
  latency: { latency: 2, jitter: 2 },
  bandwidth: { rate: 800_000 },
  slow_close: { delay: 5 },
  slicer: { average_size: 3_000, size_variation: 2_000 },
  noop: {},
  connect_delay: { delay: 5 },
  freeze: {},
  shared_bandwidth: { rate: 800_000 },
  http_slow_headers: { delay: 1 },
  tls_handshake_stall: { delay: 5 },
};
const GENTLE = TOXIC_TYPES.filter((definition) => !definition.destructive).map(({ type }) => type);

/** What the data begins with, so that a toxic which looks at a protocol finds it. */
const OPENINGS: Record<string, string> = {
  http_slow_headers: 'HTTP/1.1 200 OK\r\nServer: x\r\nContent-Type: application/octet-stream\r\n\r\n',
  tls_handshake_stall: '\x16\x03\x01',
};

/** Data of a run: an opening for the first toxic that wants one, then random bytes. */
class Payload {
  readonly parts: readonly Buffer[];
  readonly digest: string;

  constructor(types: readonly string[], size: number) {
    const opening = types.map((type) => OPENINGS[type]).find((text) => text !== undefined) ?? '';
    this.parts = [Buffer.from(opening, 'latin1'), DATA.subarray(0, size)];
    const hash = createHash('sha256');
    for (const part of this.parts) hash.update(part);
    this.digest = hash.digest('hex');
  }
}

/** Sends all data and ends, while taking in what comes; resolves to the digest of what came. */
async function exchange(socket: net.Socket, payload: Payload): Promise<string> {
  const hash = createHash('sha256');
  socket.on('data', (bytes) => hash.update(bytes));
  socket.on('error', () => undefined);
  const [opening, data] = payload.parts as [Buffer, Buffer];
  if (opening.length > 0) socket.write(opening);
  let sent = 0;
  const push = (): void => {
    while (sent < data.length) {
      const part = data.subarray(sent, sent + 256 * 1024);
      sent += part.length;
      if (!socket.write(part)) return;
    }
    socket.end();
  };
  socket.on('drain', push);
  push();
  await once(socket, 'end');
  return hash.digest('hex');
}

/** A toxic as the counters tell of it. */
interface Seen {
  readonly name: string;
  readonly type: string;
  readonly connections_hit: number;
}

/** An upstream that exchanges; the digests it saw, in order of connecting. */
async function exchanger(payload: Payload): Promise<{ upstream: Upstream; digests: Promise<string>[] }> {
  const digests: Promise<string>[] = [];
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const digest = exchange(socket, payload);
    // a connection that breaks fails the test that awaits its digest, not the whole file
    digest.catch(() => undefined);
    digests.push(digest);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterwards(() => {
    server.close();
  });
  return { upstream: { address: `127.0.0.1:${(server.address() as net.AddressInfo).port}` } as Upstream, digests };
}

async function bench(): Promise<Bench> {
  const target = await embedded();
  afterwards(() => target.close());
  return new Bench(target);
}

/** `size` bytes each way at once through the toxics in both directions, each of which must have acted. */
async function survives(t: Bench, types: string[], size: number, settings = SETTINGS): Promise<void> {
  const payload = new Payload(types, size);
  const { upstream, digests } = await exchanger(payload);
  const made = await t.proxy(upstream);
  for (const stream of ['upstream', 'downstream']) {
    for (const [index, type] of types.entries()) {
      await t.toxic(made, { name: `${stream}${index}`, type, stream, attributes: settings[type] });
    }
  }
  const client = net.connect({ port: made.port, host: '127.0.0.1', allowHalfOpen: true });
  afterwards(() => {
    client.destroy();
  });
  const down = exchange(client, payload);
  down.catch(() => undefined);
  if (types.includes('freeze')) {
    await delay(20);
    for (const stream of ['upstream', 'downstream']) {
      for (const [index, type] of types.entries()) {
        if (type === 'freeze') await t.ok(204, 'DELETE', `${made.path}/toxics/${stream}${index}`);
      }
    }
  }
  const chain = types.join(' and ');
  assert.is(await within(60_000, `${size} bytes down through ${chain}`, down), payload.digest);
  assert.is(await within(60_000, `${size} bytes up through ${chain}`, digests[0] as Promise<string>), payload.digest);
  const seen = (await t.ok(200, 'GET', `/holdfast/proxies/${made.name}`)).json.toxics as Seen[];
  // Behind another type chunks may begin anywhere, so only a type alone must have found its opening.
  const acted = seen.filter(({ type }) => types.length === 1 && type !== 'noop');
  for (const { name, type, connections_hit: hits } of acted) assert.is(hits, 1, `${type} (${name}) acted`);
  await t.ok(204, 'DELETE', made.path);
}

for (const type of GENTLE) {
  test(`50 MB of random bytes each way survive ${type}; 8 MB do before every other type`, async () => {
    const t = await bench();
    await survives(t, [type], SIZE);
    for (const other of GENTLE) await survives(t, [type, other], PAIR_SIZE);
  });
}

test('single bytes: what is cut as small as can be arrives whole, alone and through other toxics', async () => {
  const t = await bench();
  const tiny = { ...SETTINGS, slicer: { average_size: 1, size_variation: 1 } };
  for (const types of [['slicer'], ['slicer', 'latency'], ['latency', 'slicer'], ['slicer', 'bandwidth']]) {
    await survives(t, types, 200_000, tiny);
  }
});

/** Writes until told to stop; what was written. */
class Writer {
  readonly #blocks: Buffer[] = [];
  readonly #done: Promise<void>;
  #stop = false;

  constructor(socket: net.Socket, from: number) {
    this.#done = this.#run(socket, from);
  }

  async stop(): Promise<Buffer> {
    this.#stop = true;
    await this.#done;
    return Buffer.concat(this.#blocks);
  }

  async #run(socket: net.Socket, from: number): Promise<void> {
    for (let sent = from; !this.#stop; sent += 20_000) {
      const block = DATA.subarray(sent % (SIZE / 2), (sent % (SIZE / 2)) + 20_000);
      this.#blocks.push(block);
      if (!socket.write(block)) await once(socket, 'drain');
      else await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

test('200 cycles of adding and removing every non-destructive type under load, both ways on three connections, lose no byte', async () => {
  const t = await bench();
  for (const type of GENTLE) {
    const made = await t.proxy(await startUpstream());
    const pairs = [await t.pair(made), await t.pair(made), await t.pair(made)];
    const ways = pairs.flatMap(({ client, server }, index) => [
      { writer: new Writer(client.socket, index * 1_000_000), reader: server },
      { writer: new Writer(server.socket, index * 1_000_000 + 500_000), reader: client },
    ]);
    for (let cycle = 0; cycle < 200; cycle++) {
      const stream = cycle % 2 === 0 ? 'upstream' : 'downstream';
      await t.toxic(made, { type, name: 'x', stream, attributes: SETTINGS[type] });
      if (cycle % 4 < 2) await t.ok(200, 'PATCH', `${made.path}/toxics/x`, {});
      await t.ok(204, 'DELETE', `${made.path}/toxics/x`);
    }
    for (const { writer, reader } of ways) {
      const sent = await writer.stop();
      await reader.received(sent.length, 20_000);
      assert.ok(reader.bytes.equals(sent), type);
    }
    for (const { client, server } of pairs) {
      client.socket.destroy();
      server.socket.destroy();
    }
    await t.ok(204, 'DELETE', made.path);
  }
});

test('connections that came and went leave no handle behind', async () => {
  const t = await bench();
  const made = await t.proxy(await startUpstream((peer) => peer.socket.on('end', () => peer.socket.end())));
  const round = async (): Promise<void> => {
    const sockets = Array.from({ length: 100 }, () => net.connect({ port: made.port, host: '127.0.0.1' }));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    for (const socket of sockets) socket.end('x');
    await Promise.all(sockets.map((socket) => once(socket.resume(), 'close')));
  };
  const settled = async (): Promise<number> => {
    for (let i = 0; i < 200; i++) {
      const { json } = await t.ok(200, 'GET', `/holdfast/proxies/${made.name}`);
      if (json.open_connections === 0) break;
      await delay(10);
    }
    await delay(20);
    return process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP')).length;
  };
  await round();
  const before = await settled();
  for (let i = 0; i < 10; i++) await round();
  assert.ok((await settled()) <= before, 'open sockets are back to where they were');
});

test.run();
