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
const DATA = randomFillSync(Buffer.alloc(SIZE));
const DIGEST = createHash('sha256').update(DATA).digest('hex');

/** Settings that act on every chunk and still let 50 MB through in about a second. */
const SETTINGS: Record<string, object> = {
  latency: { latency: 2, jitter: 2 },
  bandwidth: { rate: 800_000 },
  slow_close: { delay: 5 },
  slicer: { average_size: 9_000, size_variation: 4_000 },
  noop: {},
  connect_delay: { delay: 5 },
  freeze: {},
  shared_bandwidth: { rate: 800_000 },
  http_slow_headers: { delay: 1 },
  tls_handshake_stall: { delay: 5 },
};
const GENTLE = TOXIC_TYPES.filter((definition) => !definition.destructive).map(({ type }) => type);

/** Sends all data and ends, while taking in what comes; resolves to the digest of what came. */
async function exchange(socket: net.Socket): Promise<string> {
  const hash = createHash('sha256');
  socket.on('data', (bytes) => hash.update(bytes));
  socket.on('error', () => undefined);
  let sent = 0;
  const push = (): void => {
    while (sent < SIZE) {
      const part = DATA.subarray(sent, sent + 256 * 1024);
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

/** An upstream that exchanges; the digests it saw, in order of connecting. */
async function exchanger(): Promise<{ upstream: Upstream; digests: Promise<string>[] }> {
  const digests: Promise<string>[] = [];
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    digests.push(exchange(socket));
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

/** 50 MB each way at once through the toxics in both directions. */
async function survives(t: Bench, types: string[]): Promise<void> {
  const { upstream, digests } = await exchanger();
  const made = await t.proxy(upstream);
  for (const stream of ['upstream', 'downstream']) {
    for (const [index, type] of types.entries()) {
      await t.toxic(made, { name: `${stream}${index}`, type, stream, attributes: SETTINGS[type] });
    }
  }
  const client = net.connect({ port: made.port, host: '127.0.0.1', allowHalfOpen: true });
  afterwards(() => {
    client.destroy();
  });
  const down = exchange(client);
  if (types.includes('freeze')) {
    await delay(20);
    for (const stream of ['upstream', 'downstream']) {
      for (const [index, type] of types.entries()) {
        if (type === 'freeze') await t.ok(204, 'DELETE', `${made.path}/toxics/${stream}${index}`);
      }
    }
  }
  assert.is(await within(60_000, `50 MB down through ${types.join(' and ')}`, down), DIGEST);
  assert.is(await within(60_000, `50 MB up through ${types.join(' and ')}`, digests[0] as Promise<string>), DIGEST);
  await t.ok(204, 'DELETE', made.path);
}

for (const [index, type] of GENTLE.entries()) {
  test(`50 MB of random bytes each way survive ${type}, alone and before every other type`, async () => {
    const t = await bench();
    await survives(t, [type]);
    for (const other of GENTLE.slice(index + 1)) await survives(t, [type, other]);
  });
}

test('200 cycles of adding and removing every non-destructive type under load lose no byte', async () => {
  const t = await bench();
  for (const type of GENTLE) {
    const made = await t.proxy(await startUpstream());
    const { client, server } = await t.pair(made);
    let stop = false;
    let sent = 0;
    const blocks: Buffer[] = [];
    const writing = (async () => {
      while (!stop) {
        const block = DATA.subarray(sent % (SIZE / 2), (sent % (SIZE / 2)) + 20_000);
        blocks.push(block);
        sent += block.length;
        if (!client.socket.write(block)) await once(client.socket, 'drain');
        else await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    for (let cycle = 0; cycle < 200; cycle++) {
      await t.toxic(made, { type, name: 'x', stream: 'upstream', attributes: SETTINGS[type] });
      if (cycle % 4 === 0) await t.ok(200, 'PATCH', `${made.path}/toxics/x`, {});
      await t.ok(204, 'DELETE', `${made.path}/toxics/x`);
    }
    stop = true;
    await writing;
    await server.received(sent, 20_000);
    assert.ok(server.bytes.equals(Buffer.concat(blocks)), type);
    client.socket.destroy();
    server.socket.destroy();
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
