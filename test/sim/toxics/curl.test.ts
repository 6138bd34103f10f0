import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Bench, portOf } from './rows.ts';
import { afterwards, closeAll, connect, startEcho } from './sockets.ts';
import { embedded } from './target.ts';

const run = promisify(execFile);
const there = spawnSync('curl', ['--version']).status === 0;

test.after.each(closeAll);

if (there) {
  test('curl as the guide shows it: version, a proxy, a toxic, bytes, and everything gone again', async () => {
    const target = await embedded();
    afterwards(() => target.close());
    const t = new Bench(target);
    const curl = async (path: string, ...options: string[]): Promise<{ status: number; body: string }> => {
      const args = ['-sS', '-m', '10', '-w', '\n%{http_code}', ...options, `${target.url}${path}`];
      const { stdout } = await run('curl', args);
      const end = stdout.lastIndexOf('\n');
      return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) };
    };
    assert.equal(await curl('/version'), { status: 200, body: '{"version": "2.12.0"}\n' });
    const upstream = (await startEcho()).address;
    const name = t.name();
    const created = await curl('/proxies', '-d', JSON.stringify({ name, listen: '127.0.0.1:0', upstream }));
    assert.is(created.status, 201);
    const { listen } = JSON.parse(created.body) as { listen: string };
    const latency = '{"type":"latency","attributes":{"latency":5}}';
    assert.is((await curl(`/proxies/${name}/toxics`, '-d', latency)).status, 200);
    const client = await connect(portOf(listen));
    client.write('through');
    await client.received(7);
    const off = await curl(`/proxies/${name}`, '-X', 'PATCH', '-d', '{"enabled":false}');
    assert.is((JSON.parse(off.body) as { enabled: boolean }).enabled, false);
    await client.end();
    assert.is((await curl('/reset', '-X', 'POST')).status, 204);
    assert.is((await curl(`/proxies/${name}`, '-X', 'DELETE')).status, 204);
    assert.is((await curl(`/proxies/${name}`)).status, 404);
    assert.is((await curl('//version?x=1', '-L')).status, 200);
    assert.is((await curl('/proxies', '-H', 'Origin: http://203.0.113.5')).status, 403);
    // More than curl sends before it looks for an answer (it asks first, with Expect: 100-continue).
    assert.is((await curl('/proxies/none', '-d', `{"listen":"${'x'.repeat(100_000)}"}`)).status, 404);
  });
} else console.log('skipped: calls by curl (no curl on the PATH)');

test.run();
