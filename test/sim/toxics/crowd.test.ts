import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Child } from '../../bench/toxics/child.ts';
import { fullUpstream } from './full-upstream.ts';
import { afterwards, closeAll, connect, delay, within } from './sockets.ts';
import { request } from './target.ts';

test.after.each(closeAll);

/** Ten times the promise of 100 ms, which is a benchmark row: here it only detects a hang. */
const HANG_MS = 1_000;

test('control calls answer with 5,000 connections, a stuck reader and an upstream that does not accept', async () => {
  const [upstream, load, proxy] = [
    new Child('upstream-main.js'),
    new Child('load-main.js'),
    new Child('proxy-main.js'),
  ];
  for (const child of [upstream, load, proxy]) afterwards(() => child.stop());
  const url = await proxy.call<string>('url');
  const call = async (method: string, path: string, body?: unknown): Promise<{ listen: string }> => {
    const asked = performance.now();
    const reply = await request(url, method, path, body);
    assert.ok(reply.status < 400, `${method} ${path}: ${reply.status} ${reply.text}`);
    const took = performance.now() - asked;
    assert.ok(took < HANG_MS, `${method} ${path} took ${took} ms`);
    return reply.json;
  };
  const behind = async (name: string, port: number | string): Promise<number> => {
    const target = typeof port === 'number' ? `127.0.0.1:${port}` : port;
    const { listen } = await call('POST', '/proxies', { name, listen: '127.0.0.1:0', upstream: target });
    return Number(listen.split(':')[1]);
  };
  const crowd = await behind('crowd', await upstream.call<number>('idle'));
  const stuck = await behind('stuck', await upstream.call<number>('flood'));
  const deaf = await behind('deaf', (await fullUpstream()).address);
  await load.call('open', crowd, 5_000);
  await load.call('openStuck', stuck);
  await connect(deaf);
  for (const name of ['crowd', 'stuck', 'deaf']) {
    for (const type of ['latency', 'bandwidth', 'slicer']) {
      await call('POST', `/proxies/${name}/toxics`, {
        name: 'x',
        type,
        attributes: type === 'bandwidth' ? { rate: 50 } : {},
      });
      await call('GET', '/proxies');
      await call('PATCH', `/proxies/${name}/toxics/x`, {});
      await call('DELETE', `/proxies/${name}/toxics/x`);
    }
  }
  await call('POST', '/reset');
  for (const name of ['stuck', 'deaf', 'crowd']) await call('DELETE', `/proxies/${name}`);
  await call('GET', '/proxies');
});

test('after 5,000 connections came and went, handles are back to where they were', async () => {
  const [upstream, load, proxy] = [
    new Child('upstream-main.js'),
    new Child('load-main.js'),
    new Child('proxy-main.js'),
  ];
  for (const child of [upstream, load, proxy]) afterwards(() => child.stop());
  const url = await proxy.call<string>('url');
  const target = `127.0.0.1:${await upstream.call<number>('echo')}`;
  const made = await request(url, 'POST', '/proxies', { name: 'p', listen: '127.0.0.1:0', upstream: target });
  const port = Number(made.json.listen.split(':')[1]);
  const handles = async (): Promise<number> => {
    for (let i = 0; i < 300; i++) {
      const { json } = await request(url, 'GET', '/holdfast/proxies/p');
      if (json.open_connections === 0) break;
      await delay(10);
    }
    return (await proxy.call<{ handles: number }>('usage')).handles;
  };
  await load.call('churn', port, 200);
  const before = await handles();
  await within(120_000, '5,000 connections', load.call('churn', port, 5_000));
  const after = await handles();
  assert.ok(after <= before + 1, `${before} handles before, ${after} after`);
  assert.is((await request(url, 'GET', '/holdfast/proxies/p')).json.accepted_connections, 5_200);
});

test.run();
