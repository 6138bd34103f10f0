import dns from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { resolveListen } from '../../../sim/toxics/listen-address.ts';
import { Bench } from './rows.ts';
import { afterwards, closeAll, connectError, delay, startUpstream, within } from './sockets.ts';
import { embedded } from './target.ts';

test.after.each(closeAll);

/** Far below the 5 s for which a name is waited for; what takes this long waited for it. */
const WAITED_MS = 3_000;

/** What is said of a name that cannot be resolved. */
async function refusal(listen: string): Promise<string> {
  return resolveListen(listen).then(
    () => 'resolved',
    (error: Error) => error.message,
  );
}

/** Until the end of the test every look-up goes here. */
function lookingUp(look: () => Promise<never>): void {
  const original = dns.lookup;
  Object.assign(dns, { lookup: look });
  syncBuiltinESMExports();
  afterwards(() => {
    Object.assign(dns, { lookup: original });
    syncBuiltinESMExports();
  });
}

for (const kept of ['by nobody', 'by a lease'] as const) {
  test(`a proxy kept ${kept} is gone at once while an update of it waits for a name`, async () => {
    const target = await embedded();
    afterwards(() => target.close());
    const t = new Bench(target);
    const lease = (await t.ok(201, 'POST', '/holdfast/leases', { ttl_ms: 60_000 })).json.id as string;
    const made = await t.proxy(await startUpstream(), kept === 'by a lease' ? { lease } : {});
    await t.toxic(made, { type: 'refuse', toxicity: 0, attributes: { lease } });
    const { client, server } = await t.pair(made);
    let answer: () => void = () => undefined;
    let asked = false;
    lookingUp(() => {
      asked = true;
      return new Promise((_, reject) => {
        answer = () => reject(Object.assign(new Error('late'), { code: 'ENOTFOUND' }));
      });
    });
    const update = t.call('PATCH', made.path, { listen: 'slow.example:0' });
    update.catch(() => undefined);
    for (let waited = 0; !asked && waited < WAITED_MS; waited += 10) await delay(10);
    assert.ok(asked, 'the update waits for the name');
    const removal = kept === 'by a lease' ? `/holdfast/leases/${lease}` : made.path;
    await within(WAITED_MS, 'the answer to DELETE', t.ok(204, 'DELETE', removal));
    assert.is(await connectError(made.port), 'ECONNREFUSED');
    await client.end(WAITED_MS);
    await server.end(WAITED_MS);
    // The port is free for the next one, whatever becomes of the update.
    await t.ok(201, 'POST', '/proxies', { name: t.name(), listen: `127.0.0.1:${made.port}`, upstream: '127.0.0.1:9' });
    answer();
    assert.ok([404, 500].includes((await update).status));
    await t.ok(404, 'GET', made.path);
  });
}

test('a name that does not exist is told apart from a resolver that fails', async () => {
  for (const [code, reason] of [
    ['ENOTFOUND', 'no such host'],
    ['EAI_AGAIN', 'server misbehaving'],
  ]) {
    lookingUp(() => Promise.reject(Object.assign(new Error(code), { code })));
    assert.is(await refusal('some.example:1'), `listen tcp: lookup some.example: ${reason}`);
  }
});

test('a resolver that does not answer is given up and told as that', async () => {
  lookingUp(() => new Promise(() => undefined));
  assert.is(await refusal('slow.example:1'), 'listen tcp: lookup slow.example: i/o timeout');
});

test.run();
