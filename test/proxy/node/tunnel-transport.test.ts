import { createServer, type Socket } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CancelSource } from '../../../proxy/host/cancel.ts';
import type { Listener, PeerIdentity } from '../../../proxy/host/transport.ts';
import { issueClient, issueServer } from '../../../proxy/node/certificates/authority.ts';
import { acceptSockets } from '../../../proxy/node/tunnel/accept.ts';
import { dialSocket, type TlsIdentity } from '../../../proxy/node/tunnel/dial.ts';
import { socketStream } from '../../../proxy/node/tunnel/socket-stream.ts';
import type { ByteStream } from '../../../proxy/protocol/byte-stream.ts';
import { freePort } from '../../free-port.ts';
import { testCertificates } from './certificates.ts';
import { connectProxy, joined } from './connect-proxy.ts';
import { stopped, until } from './pass-through.ts';

const certificates = await testCertificates();
const open: Array<{ close(): unknown }> = [];
test.after.each(() => {
  for (const one of open.splice(0)) one.close();
});

interface Door {
  readonly listener: Listener;
  readonly streams: ByteStream[];
  readonly peers: PeerIdentity[];
  readonly refused: string[];
}

async function door(tls: TlsIdentity | undefined): Promise<Door> {
  const streams: ByteStream[] = [];
  const peers: PeerIdentity[] = [];
  const refused: string[] = [];
  const settings = {
    tls,
    handshakeTimeoutMs: 500,
    maxConnections: 100,
    onRefused: (_address: string, detail: string) => refused.push(detail),
  };
  const listener = await acceptSockets('127.0.0.1:0', settings, (socket, peer) => {
    streams.push(socketStream(socket));
    peers.push(peer);
  });
  open.push(listener, {
    close() {
      for (const stream of streams) stream.close({ cause: 'local', detail: 'over' });
    },
  });
  return { listener, streams, peers, refused };
}

async function dial(
  address: string,
  more: Partial<Parameters<typeof dialSocket>[1]> = {},
  cancel?: CancelSource,
): Promise<ByteStream> {
  const settings = {
    timeoutMs: 1000,
    tls: certificates.dialler,
    serverName: undefined,
    outboundProxy: undefined,
    ...more,
  };
  const socket = await dialSocket(address, settings, cancel);
  const stream = socketStream(socket);
  open.push({ close: () => stream.close({ cause: 'local', detail: 'over' }) });
  return stream;
}

const why = async (dialling: Promise<unknown>): Promise<unknown> => {
  try {
    await dialling;
    return 'dialled';
  } catch (error) {
    const coded = error as { code?: string; facts?: Record<string, unknown> };
    return coded.code === 'ERR_DIAL' ? coded.facts?.['why'] : error;
  }
};

for (const mode of ['tls', 'tcp'] as const) {
  const tls = mode === 'tls' ? certificates.listener : undefined;
  const mine = mode === 'tls' ? certificates.dialler : undefined;

  test(`${mode}: bytes both ways, in order; the peer is named by its certificate`, async () => {
    const { listener, streams, peers } = await door(tls);
    const near = await dial(listener.address, { tls: mine });
    await until(() => streams.length === 1, 'accepted');
    const far = streams[0]!;
    let heard = '';
    far.onBytes((bytes) => {
      heard += Buffer.from(bytes).toString();
      far.write(bytes);
    });
    let echoed = '';
    near.onBytes((bytes) => {
      echoed += Buffer.from(bytes).toString();
    });
    const sent = Array.from({ length: 1000 }, (_, i) => `${i},`);
    for (const part of sent) near.write(Buffer.from(part));
    await until(() => echoed === sent.join(''), 'echoed');
    assert.is(heard, sent.join(''));
    assert.is(peers[0]?.certificateName, mode === 'tls' ? 'connector/paris/1' : undefined);
  });

  test(`${mode}: a peer that never reads is told by write, memory stays bounded, and drain comes when it reads`, async () => {
    const settings = { timeoutMs: 1000, tls: mine, serverName: undefined, outboundProxy: undefined };
    let paused: Socket | undefined;
    // The far end of this test's own: it pauses its socket.
    const quiet = await acceptSockets(
      '127.0.0.1:0',
      { tls, handshakeTimeoutMs: 500, maxConnections: 9, onRefused: undefined },
      (accepted) => {
        socketStream(accepted);
        accepted.pause();
        paused = accepted;
      },
    );
    open.push(quiet, { close: () => paused?.destroy() });
    const writerSocket = await dialSocket(quiet.address, settings, undefined);
    const writer = socketStream(writerSocket);
    open.push({ close: () => writerSocket.destroy() });
    const most = 200 * 1024 * 1024;
    let written = 0;
    let blocked = false;
    const more = (): void => {
      blocked = false;
      for (let i = 0; i < 64 && written < most; i++) {
        written += 16 * 1024;
        if (!writer.write(Buffer.alloc(16 * 1024))) {
          blocked = true;
          return;
        }
      }
      // A writer that is closed takes everything: without an end this would go on for ever.
      if (!writerSocket.destroyed && written < most) setImmediate(more);
    };
    writer.onDrain(more);
    await until(() => paused !== undefined, 'accepted');
    more();
    await stopped(() => (blocked ? written : 0));
    assert.ok(written < 24 * 1024 * 1024, `${written} bytes`);
    const before = written;
    paused?.resume();
    await until(() => written > before, 'goes on');
  });

  test(`${mode}: an orderly close delivers what was written first and is a fin at the other end`, async () => {
    const { listener, streams } = await door(tls);
    const near = await dial(listener.address, { tls: mine });
    await until(() => streams.length === 1, 'accepted');
    let heard = 0;
    let cause = '';
    streams[0]!.onBytes((bytes) => {
      heard += bytes.byteLength;
    });
    streams[0]!.onClose((reason) => {
      cause = reason.cause;
    });
    let own = '';
    near.onClose((reason) => {
      own = `${reason.cause} ${reason.detail}`;
    });
    near.write(Buffer.alloc(300_000));
    near.close({ cause: 'fin', detail: 'done' });
    await until(() => cause !== '' && own !== '', 'both closed');
    assert.is(heard, 300_000);
    assert.is(cause, 'fin');
    assert.is(own, 'fin done');
  });
}

test('tcp: a reset is told as a reset', async () => {
  const { listener, streams } = await door(undefined);
  const near = await dial(listener.address, { tls: undefined });
  await until(() => streams.length === 1, 'accepted');
  let cause = '';
  streams[0]!.onClose((reason) => {
    cause = reason.cause;
  });
  near.close({ cause: 'reset', detail: 'gone' });
  await until(() => cause !== '', 'closed');
  assert.is(cause, 'reset');
});

test('tls: a reset under the connection is told as a reset', async () => {
  const { listener, streams } = await door(certificates.listener);
  const { connect } = await import('node:net');
  const [, port] = listener.address.split(':');
  // A relay in between, as a network fault would be, that resets the listener's side.
  let behind: Socket | undefined;
  const relay = createServer((front) => {
    behind = connect(Number(port), '127.0.0.1');
    joined(front, behind);
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  open.push(relay);
  await dial(`127.0.0.1:${(relay.address() as { port: number }).port}`);
  await until(() => streams.length === 1, 'accepted');
  let cause = '';
  streams[0]!.onClose((reason) => {
    cause = reason.cause;
  });
  streams[0]!.onBytes(() => {});
  behind?.resetAndDestroy();
  await until(() => cause !== '', 'closed');
  assert.is(cause, 'reset');
});

test('a certificate of a foreign authority never becomes a connection, from either side', async () => {
  const foreign = await testCertificates('connector/paris/1');
  const { listener, streams, refused } = await door(certificates.listener);
  assert.is(await why(dial(listener.address, { tls: foreign.dialler })), 'certificate', 'the listener is not ours');
  // A client that trusts the listener but shows a foreign certificate: TLS 1.3 tells it after its own side is done.
  const stream = await dial(listener.address, { tls: { ...foreign.dialler, ca: certificates.listener.ca } });
  await new Promise((resolve) => stream.onClose(resolve));
  await until(() => refused.length >= 1, 'refusal told');
  assert.is(streams.length, 0);
});

test('no certificate, an expired one, or a server certificate in place of a client one: refused', async () => {
  const { listener, streams } = await door(certificates.listener);
  const expired = await issueClient(certificates.authority, 'connector/paris/1', {
    lifeMs: 60_000,
    now: Date.now() - 3_600_000,
  });
  const server = await issueServer(certificates.authority, ['connector/paris/1'], { lifeMs: 60_000 });
  const bare = { ca: certificates.listener.ca } as TlsIdentity;
  for (const identity of [bare, { ...expired, ca: bare.ca }, { ...server, ca: bare.ca }]) {
    const stream = await dial(listener.address, { tls: identity });
    await new Promise((resolve) => stream.onClose(resolve));
  }
  assert.is(streams.length, 0);
});

test('dial failures name their kind', async () => {
  const { listener } = await door(certificates.listener);
  assert.is(await why(dial(`127.0.0.1:${await freePort()}`)), 'refused');
  assert.is(await why(dial(listener.address, { serverName: 'other.test' })), 'certificate', 'wrong name');
  assert.is(await why(dial(listener.address, { serverName: 'tunnel.test' })), 'dialled', 'right name');
  // It reads, or it would never see that the dial was given up.
  const mute = createServer((socket) => socket.on('error', () => {}).resume());
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  open.push(mute);
  const muteAddress = `127.0.0.1:${(mute.address() as { port: number }).port}`;
  assert.is(await why(dial(muteAddress, { timeoutMs: 100 })), 'timeout');
  const cancel = new CancelSource();
  const dialling = why(dial(muteAddress, {}, cancel));
  cancel.cancel('enough');
  assert.is(await dialling, 'cancelled');
  assert.is(await why(dial(muteAddress, {}, cancel)), 'cancelled');
});

test('through an outbound proxy with CONNECT; its refusal is a failed dial', async () => {
  const { listener, streams } = await door(certificates.listener);
  const proxy = await connectProxy();
  open.push(proxy);
  const outboundProxy = proxy.address;
  const near = await dial(listener.address, { outboundProxy });
  await until(() => streams.length === 1, 'accepted');
  let heard = '';
  streams[0]!.onBytes((bytes) => {
    heard += Buffer.from(bytes).toString();
  });
  near.write(Buffer.from('hello'));
  await until(() => heard === 'hello', 'heard');
  assert.equal(proxy.asked, [listener.address]);
  proxy.refusing = true;
  assert.is(await why(dial(listener.address, { outboundProxy })), 'unreachable');
});

test.run();
