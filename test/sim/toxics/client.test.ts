import { Toxiproxy } from 'toxiproxy-node-client';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startToxicServer } from '../../../sim/toxics/index.ts';
import { afterwards, closeAll, connect, startEcho } from './sockets.ts';

test.after.each(closeAll);

async function client(): Promise<Toxiproxy> {
  const server = await startToxicServer();
  afterwards(() => server.close());
  return new Toxiproxy(server.url);
}

const portOf = (listen: string): number => Number(listen.slice(listen.lastIndexOf(':') + 1));

test('the whole API of toxiproxy-node-client 4.1.0 works', async () => {
  const toxiproxy = await client();
  const upstream = await startEcho();
  assert.match(await toxiproxy.getVersion(), /"version": "2\.\d+\.\d+"/);
  const proxy = await toxiproxy.createProxy({ name: 'echo', listen: 'localhost:0', upstream: upstream.address });
  assert.is(proxy.enabled, true);
  const toxic = await proxy.addToxic({
    name: 'slow',
    type: 'latency',
    stream: 'downstream',
    toxicity: 1,
    attributes: { latency: 50, jitter: 0 },
  });
  assert.equal(toxic.toJson().attributes, { latency: 50, jitter: 0 });

  const peer = await connect(portOf(proxy.listen));
  const sent = performance.now();
  peer.write('hello');
  await peer.received(5);
  assert.is(peer.text, 'hello');
  assert.ok((peer.chunks[0]?.atMs ?? 0) - sent >= 50);

  const changed = await toxic.update({ attributes: { latency: 0, jitter: 0 }, toxicity: 0.5 } as never);
  assert.is(changed.toxicity, 0.5);
  assert.equal((await proxy.getToxic('slow')).attributes, { latency: 0, jitter: 0 });
  await toxic.remove();
  const all = await toxiproxy.getAll();
  assert.equal(Object.keys(all), ['echo']);
  const off = await proxy.update({ enabled: false, listen: proxy.listen, upstream: proxy.upstream });
  assert.is(off.enabled, false);
  await peer.end();
  await toxiproxy.reset();
  assert.is((await toxiproxy.get('echo')).enabled, true);
  const made = await toxiproxy.populate([{ name: 'two', listen: '127.0.0.1:0', upstream: upstream.address }]);
  assert.equal(Object.keys(made), ['two']);
  assert.equal(await toxiproxy.populate([]), {});
  await proxy.remove();
  assert.equal(Object.keys(await toxiproxy.getAll()), ['two']);
});

test('an error of the server reaches the client as its status', async () => {
  const toxiproxy = await client();
  let message = '';
  await toxiproxy.get('none').catch((error: Error) => {
    message = error.message;
  });
  assert.match(message, /404/);
});

test.run();
