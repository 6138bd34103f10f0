import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { onListen } from './on-listen.ts';
import { Bench } from './rows.ts';
import { afterwards, closeAll, startUpstream } from './sockets.ts';
import { embedded } from './target.ts';

test.after.each(closeAll);

for (const code of ['EAFNOSUPPORT', 'EADDRNOTAVAIL']) {
  test(`without IPv6 (${code}) a proxy on all interfaces is known as what it was asked to be`, async () => {
    const target = await embedded();
    afterwards(() => target.close());
    const t = new Bench(target);
    onListen((host) => (host === '::' ? code : undefined));
    const made = await t.proxy(await startUpstream(), { listen: '0.0.0.0:0' });
    const listen = `0.0.0.0:${made.port}`;
    await t.toxic(made, { type: 'noop', name: 'kept' });
    const { client, server } = await t.pair(made);
    // None of these changes anything, so none may open the port anew and drop the connection.
    for (const change of [{}, { enabled: true, listen, upstream: made.upstream.address }]) {
      assert.is((await t.ok(200, 'PATCH', made.path, change)).json.listen, `[::]:${made.port}`);
    }
    const entry = { name: made.name, listen, upstream: made.upstream.address };
    const { json } = await t.ok(201, 'POST', '/populate', [entry]);
    assert.is(json.proxies[0].toxics[0]?.name, 'kept');
    client.write('still here');
    await server.received(10);
    assert.is(client.ended, undefined);
  });
}

test.run();
