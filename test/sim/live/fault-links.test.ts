import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ms } from '../../../proxy/host/units.ts';
import { FaultLinks } from '../../../sim/live/fault-links.ts';
import { EchoClient, type EchoLinks, echoLinks, eventually, toxicsAt } from './echo-link.ts';

const open: EchoLinks[] = [];
async function rig(names: readonly string[], metrics = true): Promise<EchoLinks> {
  const links = await echoLinks(names, metrics);
  open.push(links);
  return links;
}
test.after.each(async () => {
  for (const one of open.splice(0)) await one.close();
});

const slow = { kind: 'latency', latency: ms(1), jitter: ms(0) } as const;

test('a partition holds what is sent, also on new connections, and hands it on in order once it is over', async () => {
  const { links, url } = await rig(['a']);
  const { listen } = ((await (await fetch(`${url}/proxies`)).json()) as Record<string, { listen: string }>)['run-a']!;
  const old = new EchoClient(listen);
  old.say('before ');
  await eventually(() => old.heard === 'before ', 'the link works');
  const partition = await links.apply(['a'], { kind: 'partition' });
  old.say('one ');
  const fresh = new EchoClient(listen);
  fresh.say('new');
  await eventually(async () => ((await links.bytes(['a']))[0] ?? 0) >= 'before before one new'.length, 'bytes came in');
  old.say('two');
  assert.is(old.heard, 'before ');
  assert.is(fresh.heard, '');
  await partition.remove();
  await eventually(() => old.heard === 'before one two', `in order, not "${old.heard}"`);
  await eventually(() => fresh.heard === 'new', `the new one too, not "${fresh.heard}"`);
  assert.not.ok(old.closed || fresh.closed, 'no connection was lost');
});

test('a toxic goes on all links or on none', async () => {
  const { links, url } = await rig(['a', 'b', 'c']);
  await fetch(`${url}/proxies/run-b`, { method: 'DELETE' });
  const code = await links.apply(['a', 'b', 'c'], slow).then(
    () => 'applied',
    (error) => error.code,
  );
  assert.is(code, 'ERR_TOXIPROXY');
  assert.equal(await toxicsAt(url), { 'run-a': [], 'run-c': [] });
});

test('a toxic that resists removal keeps none of the others', async () => {
  const { links, url } = await rig(['a', 'b', 'c']);
  const applied = await links.apply(['a', 'b', 'c'], slow);
  assert.equal(
    Object.values(await toxicsAt(url)).map((names) => names.length),
    [2, 2, 2],
  );
  await fetch(`${url}/proxies/run-a`, { method: 'DELETE' });
  const code = await applied.remove().then(
    () => 'removed',
    (error) => error.code,
  );
  assert.is(code, 'ERR_TOXIPROXY');
  assert.equal(await toxicsAt(url), { 'run-b': [], 'run-c': [] });
});

test('links that cannot all be disabled are all enabled', async () => {
  const { links, url } = await rig(['a', 'b']);
  await fetch(`${url}/proxies/run-b`, { method: 'DELETE' });
  const code = await links.enable(['a', 'b'], false).then(
    () => 'disabled',
    (error) => error.code,
  );
  assert.is(code, 'ERR_TOXIPROXY');
  const { 'run-a': a } = (await (await fetch(`${url}/proxies`)).json()) as Record<string, { enabled: boolean }>;
  assert.is(a?.enabled, true);
});

test('a server without metrics is refused where links must prove their hits; one with them is not', async () => {
  const mute = await rig([], false);
  const error = await mute.links.needCounters().then(
    () => undefined,
    (caught) => caught,
  );
  assert.is(error?.code, 'ERR_TOXIPROXY_METRICS');
  assert.match(error?.hint, '-proxy-metrics');
  const counting = await rig([]);
  await counting.links.needCounters();
});

test('closing takes down the links of this run, and only those', async () => {
  const { links, url, upstream } = await rig(['a', 'b']);
  const others = new FaultLinks(url, 'other-');
  await others.open('a', upstream);
  assert.equal(await links.close(), []);
  assert.equal(Object.keys(await toxicsAt(url)), ['other-a']);
  await others.close();
});

test.run();
