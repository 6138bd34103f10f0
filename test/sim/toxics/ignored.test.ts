import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { freePort } from '../../free-port.ts';
import { Bench } from './rows.ts';
import { afterwards, closeAll } from './sockets.ts';
import { command, embedded } from './target.ts';

test.after.each(closeAll);

async function bench(): Promise<Bench> {
  const target = await embedded();
  afterwards(() => target.close());
  return new Bench(target);
}

const upstream = '127.0.0.1:9';
const listen = '127.0.0.1:0';
const flat = { type: 'latency', latency: 100 };

/** The Warning of a call that must succeed. */
async function warning(t: Bench, target: string, body: unknown): Promise<string | undefined> {
  return (await t.ok(201, 'POST', target, body)).headers['warning'] as string | undefined;
}

test('fields of toxics that have no effect are told where the proxy is created', async () => {
  const t = await bench();
  const proxy = (toxics: unknown): object => ({ name: t.name(), listen, upstream, toxics });
  const unknown = { type: 'noop', name: 'n', attributes: { colour: 1 } };
  assert.is(
    await warning(t, '/proxies', proxy([{ type: 'noop' }, flat, unknown])),
    '299 holdfast "ignored: latency (belongs into attributes) of toxic 2, attributes.colour of toxic 3"',
  );
  assert.is(await warning(t, '/proxies', proxy({ a: flat })), '299 holdfast "ignored: toxics (no list)"');
  for (const toxics of [undefined, null, [], [{ type: 'latency', attributes: { latency: 1 } }]]) {
    assert.is(await warning(t, '/proxies', proxy(toxics)), undefined);
  }
  assert.is(
    await warning(t, '/populate', [proxy([]), proxy([flat])]),
    '299 holdfast "ignored: latency (belongs into attributes) of toxic 1 of proxy 2"',
  );
});

test('/populate tells what a proxy that stands already does not take', async () => {
  const t = await bench();
  const name = t.name();
  const entry = { name, listen: `127.0.0.1:${await freePort()}`, upstream };
  assert.is(await warning(t, '/populate', [{ ...entry, toxics: [{ type: 'noop', name: 'first' }] }]), undefined);
  assert.is(await warning(t, '/populate', [entry]), undefined);
  assert.is(
    await warning(t, '/populate', [{ ...entry, toxics: [flat] }]),
    '299 holdfast "ignored: toxics of proxy 1 (it stands already)"',
  );
  const lease = (await t.ok(201, 'POST', '/holdfast/leases', { ttl_ms: 60_000 })).json.id;
  assert.is(
    await warning(t, '/populate', [{ ...entry, lease }]),
    '299 holdfast "ignored: lease of proxy 1 (it stands already)"',
  );
  const toxics = (await t.ok(200, 'GET', `/proxies/${name}/toxics`)).json as { name: string }[];
  assert.equal(
    toxics.map((toxic) => toxic.name),
    ['first'],
  );
});

test('what has no effect in a -config file is logged', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'toxics-'));
  afterwards(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'proxies.json');
  writeFileSync(file, JSON.stringify([{ name: 'p', listen, upstream, toxics: [flat] }]));
  const options = ['-host=127.0.0.1', `-port=${await freePort()}`, `-config=${file}`];
  await command('embedded', options, { LOG_LEVEL: 'warn' })?.printed(
    /"level":"warn".*latency \(belongs into attributes\) of toxic 1 of proxy 1/,
  );
});

test('an error in a toxic of a list says of which proxy', async () => {
  const t = await bench();
  const bad = { name: t.name(), listen, upstream, toxics: [{ type: 'noop' }, { type: 'none' }] };
  await t.fails(400, 'invalid toxic type at toxic 2', 'POST', '/proxies', bad);
  const list = [{ name: t.name(), listen, upstream }, bad];
  await t.fails(400, 'invalid toxic type at toxic 2 of proxy 2', 'POST', '/populate', list);
});

test('after_bytes is refused where the toxic acts before the first byte', async () => {
  const t = await bench();
  const made = await t.proxy();
  for (const type of ['refuse', 'connect_delay']) {
    const error = `bad request body: attribute after_bytes of ${type} must be 0: it acts before the first byte`;
    const bad = { type, name: type, attributes: { after_bytes: 1 } };
    await t.fails(400, error, 'POST', `${made.path}/toxics`, bad);
    await t.toxic(made, { ...bad, attributes: { after_bytes: 0 } });
    await t.fails(400, error, 'PATCH', `${made.path}/toxics/${type}`, { attributes: { after_bytes: 1 } });
  }
});

test.run();
