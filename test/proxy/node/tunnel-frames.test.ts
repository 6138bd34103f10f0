import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Frame } from '../../../proxy/host/frame.ts';
import type { Conn, Transport } from '../../../proxy/host/transport.ts';
import { createTcpTransport, createTlsTransport } from '../../../proxy/node/tunnel/transport.ts';
import { testCertificates } from './certificates.ts';
import { until } from './pass-through.ts';

const { listener, dialler } = await testCertificates();
const worlds: ReadonlyArray<readonly [string, Transport, Transport]> = [
  ['tls', createTlsTransport(listener), createTlsTransport(dialler)],
  ['tcp', createTcpTransport(), createTcpTransport()],
];

for (const [name, accepting, dialling] of worlds) {
  test(`${name}: frames arrive whole and in order; a close after sending loses none`, async () => {
    const conns: Conn[] = [];
    const frames: Frame[] = [];
    let closed = '';
    const door = await accepting.listen('127.0.0.1:0', (conn) => {
      conns.push(conn);
      conn.onFrame((frame) => frames.push(frame));
      conn.onClose((reason) => {
        closed = reason.cause;
      });
    });
    const near = await dialling.dial(door.address);
    near.send({
      type: 'hello',
      version: 1,
      connectorId: 'connector/paris/1',
      bootNonce: 'b',
      generation: 7,
      maxStreams: 200,
      window: 1,
    });
    for (let stream = 1; stream < 2000; stream += 2) {
      const data = Buffer.alloc(1 + (stream % 900), stream % 251);
      near.send({ type: 'data', stream, chunk: { bytes: data.length, data }, end: true });
    }
    near.close({ cause: 'fin', detail: 'done' });
    await until(() => closed !== '', 'closed');
    assert.is(closed, 'fin');
    assert.is(frames.length, 1001);
    for (const [index, frame] of frames.slice(1).entries()) {
      assert.ok(frame.type === 'data' && frame.stream === 2 * index + 1);
      assert.ok(frame.chunk.data?.every((byte) => byte === frame.stream % 251));
    }
    assert.is(conns[0]?.peer.certificateName, name === 'tls' ? 'connector/paris/1' : undefined);
    await door.close();
  });

  test(`${name}: a closed door refuses, open connections live on`, async () => {
    const conns: Conn[] = [];
    const heard: Frame[] = [];
    const door = await accepting.listen('127.0.0.1:0', (conn) => {
      conns.push(conn);
      conn.onFrame((frame) => heard.push(frame));
    });
    const near = await dialling.dial(door.address);
    await until(() => conns.length === 1, 'accepted');
    await door.close();
    try {
      await dialling.dial(door.address);
      assert.unreachable();
    } catch (error) {
      assert.is((error as { code?: string }).code, 'ERR_DIAL');
    }
    near.send({ type: 'ping', stamp: 1 });
    await until(() => heard.length === 1, 'heard');
    near.close({ cause: 'fin', detail: '' });
  });
}

test.run();
