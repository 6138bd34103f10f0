import { once } from 'node:events';
import net from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ProxyPort } from '../../../sim/toxics/proxy-port.ts';
import { onListen } from './on-listen.ts';
import { afterwards, closeAll, connectError, delay } from './sockets.ts';

test.after.each(closeAll);

const HERE = '127.0.0.1';

/** An open port on one interface, to be moved to others. */
async function standing(): Promise<{ port: ProxyPort; number: number }> {
  const port = new ProxyPort(
    (client) => client.destroy(),
    (task) => task(),
  );
  afterwards(() => port.close());
  return { port, number: (await port.open({ host: HERE, port: 0 }, false)).port };
}

/** Another process on the same port of another interface, so that all interfaces together can never be had. */
async function occupy(number: number): Promise<void> {
  const other = net.createServer().listen(number, '127.0.0.2');
  afterwards(() => {
    other.close();
  });
  await once(other, 'listening');
}

function moves(port: ProxyPort, host: string, number: number): Promise<string> {
  return port.open({ host, port: number }, false).then(
    () => 'moved',
    (error: Error) => error.message,
  );
}

test('a port goes from one interface to all of them, where it is in its own way', async () => {
  const { port, number } = await standing();
  assert.is(await moves(port, '::', number), 'moved');
  assert.is(await connectError(number), 'connected');
});

test('a port is not given up for an address that this machine does not have', async () => {
  const { port, number } = await standing();
  const opened: string[] = [];
  onListen((host) => {
    opened.push(host);
    return undefined;
  });
  assert.match(await moves(port, '203.0.113.9', number), /cannot assign requested address/);
  // Had it been given up it would have been asked for again, and clients refused meanwhile.
  assert.equal(opened, ['203.0.113.9']);
  assert.is(await connectError(number), 'connected');
});

test('a port that was given up for nothing is taken back', async () => {
  const { port, number } = await standing();
  await occupy(number);
  assert.match(await moves(port, '::', number), /address already in use/);
  assert.is(port.listening, true);
  assert.is(await connectError(number), 'connected');
});

test('a port that is closed while it is being taken back stays closed', async () => {
  const { port, number } = await standing();
  await occupy(number);
  onListen((host) => {
    if (host === HERE) port.close();
    return undefined;
  });
  assert.match(await moves(port, '::', number), /address already in use/);
  assert.is(port.listening, false);
  assert.is(await connectError(number), 'ECONNREFUSED');
});

test('a port that another process was quicker to take back is not called open, and comes back when it is free', async () => {
  const { port, number } = await standing();
  await occupy(number);
  let asked = 0;
  onListen((host) => (host === HERE && ++asked === 1 ? 'EADDRINUSE' : undefined));
  assert.match(await moves(port, '::', number), /address already in use/);
  assert.is(port.listening, false);
  for (let waited = 0; !port.listening && waited < 5_000; waited += 20) await delay(20);
  assert.is(await connectError(number), 'connected');
  assert.is(asked, 2);
});

test.run();
