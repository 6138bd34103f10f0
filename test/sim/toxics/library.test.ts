import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type NewProxy, startToxicServer, type ToxicServer, ToxicsError } from '../../../sim/toxics/index.ts';
import { portOf } from './rows.ts';
import { afterwards, closeAll, connect, startEcho } from './sockets.ts';
import { request } from './target.ts';

test.after.each(closeAll);

async function start(): Promise<ToxicServer> {
  const server = await startToxicServer();
  afterwards(() => server.close());
  return server;
}

const upstream = '127.0.0.1:9';
const listen = '127.0.0.1:0';

/** What `populate` and POST /populate say of one list, on a server each. */
async function both(list: unknown): Promise<{ library: object; http: object }> {
  const [one, other] = [await start(), await start()];
  const done = (): Promise<unknown> => one.populate(list as NewProxy[]).then((proxies) => ({ proxies }));
  const library = await done().catch((error: unknown) => {
    assert.instance(error, ToxicsError);
    const { status, message } = error as ToxicsError;
    return { error: message, status };
  });
  const { json } = await request(other.url, 'POST', '/populate', list);
  const shown = (await request(one.url, 'GET', '/proxies')).json as Record<string, object>;
  if (json.error === undefined) assert.equal((library as { proxies: object[] }).proxies, Object.values(shown));
  else {
    assert.equal(shown, {}, 'nothing of a refused list is there');
    delete json.proxies;
  }
  return { library: library as object, http: json };
}

test('populate takes what POST /populate takes: defaults, toxics, leases and errors are the same', async () => {
  const listed = { name: 'a', upstream, listen: '127.0.0.1:0', enabled: false };
  const latency = { type: 'latency', attributes: { latency: 100, match: { peer: '::1' } } };
  const lists: unknown[] = [
    [],
    [listed],
    [{ ...listed, toxics: [latency, { ...latency, stream: 'upstream', toxicity: 0.5 }, { type: 'noop', name: 'n' }] }],
    [{ listen }],
    [{ name: 'a', listen }],
    [listed, { name: '', upstream, listen }],
    [{ ...listed, lease: 'unknown' }],
    [{ ...listed, toxics: [{ type: 'noop', attributes: { lease: 'unknown' } }] }],
    [{ ...listed, toxics: [{ type: 'none' }] }],
    [{ ...listed, toxics: [{ type: 'latency', attributes: { latency: 1.5 } }] }],
    [{ ...listed, enabled: 'yes' }],
    {},
  ];
  for (const list of lists) {
    const { library, http } = await both(list);
    assert.equal(library, http, JSON.stringify(list));
  }
});

test('populate: a proxy is enabled unless it says otherwise, its toxics act, and its port is told', async () => {
  const server = await start();
  const echo = await startEcho();
  const [made] = await server.populate([
    { name: 'p', listen, upstream: echo.address, toxics: [{ type: 'limit_data', attributes: { bytes: 3 } }] },
  ]);
  assert.is(made?.enabled, true);
  const client = await connect(portOf(made?.listen ?? ''));
  client.write('12345');
  await client.end();
  assert.is(client.text, '123');
});

test.run();
