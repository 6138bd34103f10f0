import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { HoldfastError } from '../../../proxy/host/errors.ts';
import { FaultLinks } from '../../../sim/live/fault-links.ts';
import { Rig } from '../../../sim/live/rig.ts';
import { type CallLimits, ToxiproxyCalls } from '../../../sim/live/toxiproxy-calls.ts';
import { root } from '../../repository/source-tree.ts';
import { smallPlan } from '../plan/small-plan.ts';
import { echoLinks, toxicsAt } from './echo-link.ts';
import { type MuteServer, muteServer } from './mute-server.ts';

const cli = path.join(root, 'dist/test/sim/live/fake-role-main.js');
/** So long that a test which waits for it never ends. */
const forever = 1e9;

const open: MuteServer[] = [];
async function mute(): Promise<MuteServer> {
  const server = await muteServer();
  open.push(server);
  return server;
}
test.after.each(async () => {
  for (const one of open.splice(0)) await one.close();
});

const failure = (work: Promise<unknown>): Promise<HoldfastError> =>
  work.then(
    () => assert.unreachable('it went well') as never,
    (error) => error,
  );

const limited = (url: string, limits: CallLimits, signal?: AbortSignal): FaultLinks =>
  new FaultLinks(url, 'run-', signal, new ToxiproxyCalls(signal, limits));

test('a call without an answer is given up and says so; what may have come of it is a residue', async () => {
  const { url } = await mute();
  const links = limited(url, { call: 20, interrupted: forever, silent: 20 });
  const error = await failure(links.open('a', '127.0.0.1:1'));
  assert.is(error.code, 'ERR_TOXIPROXY');
  assert.match(error.message, `Toxiproxy at ${url} was asked to create a: no answer within 0.02 s`);
  assert.match(error.hint ?? '', 'is not frozen');
  const counters = await failure(links.needCounters());
  assert.match(counters.message, 'no answer within');
  const [residue, ...more] = await links.close();
  assert.match(residue ?? '', `proxies named run-… of the Toxiproxy at ${url}, which does not answer`);
  assert.equal(more, []);
});

test('once a server was silent, it is waited for less: the calls of a clean-up do not add up', async () => {
  const { url } = await mute();
  const signal = AbortSignal.abort();
  const calls = new ToxiproxyCalls(signal, { call: forever, interrupted: 20, silent: 10 });
  assert.match((await failure(calls.call('GET', url))).message, 'within 0.02 s');
  assert.match((await failure(calls.call('GET', url))).message, 'within 0.01 s');
  assert.ok(calls.silent);
});

test('a fault on many links makes many calls at once, and Node warns of no leak', async () => {
  const { url } = await mute();
  const warnings: Error[] = [];
  const listen = (warning: Error): void => void warnings.push(warning);
  process.on('warning', listen);
  const calls = new ToxiproxyCalls(new AbortController().signal, { call: 20, interrupted: forever, silent: 20 });
  await Promise.all(Array.from({ length: 30 }, () => failure(calls.call('GET', url))));
  process.off('warning', listen);
  assert.equal(warnings, []);
});

test('an interruption ends a call that is under way, and no link is opened after it', async () => {
  const server = await mute();
  const interrupt = new AbortController();
  const links = limited(server.url, { call: forever, interrupted: 20, silent: 20 }, interrupt.signal);
  const pending = failure(links.open('a', '127.0.0.1:1'));
  await server.heard;
  interrupt.abort();
  assert.is((await pending).code, 'ERR_TOXIPROXY');
  assert.is((await failure(links.open('b', '127.0.0.1:1'))).code, 'ERR_INTERRUPTED');
  assert.is((await links.close()).length, 1);
});

test('a server that answers again is trusted again, and a refusal tells its reason', async () => {
  const echo = await echoLinks(['a']);
  try {
    const calls = new ToxiproxyCalls(undefined, { call: forever, interrupted: forever, silent: forever });
    const { url } = await mute();
    const hasty = new ToxiproxyCalls(undefined, { call: 10, interrupted: forever, silent: forever });
    await failure(hasty.call('GET', url));
    assert.ok((await hasty.call('GET', `${echo.url}/version`)).ok);
    assert.not.ok(hasty.silent);
    const links = new FaultLinks(echo.url, 'run-', undefined, calls);
    const error = await failure(links.open('a', echo.upstream));
    assert.match(error.message, /refused to create a: status 409: .*already exists/);
  } finally {
    await echo.close();
  }
});

test('a start ends when the user interrupts, and nothing is left', async () => {
  const echo = await echoLinks([]);
  try {
    const interrupt = new AbortController();
    const pending = failure(Rig.start(smallPlan, { toxiproxy: echo.url, cli, interrupted: interrupt.signal }));
    while (Object.keys(await toxicsAt(echo.url)).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    interrupt.abort();
    assert.is((await pending).code, 'ERR_INTERRUPTED');
    assert.equal(await toxicsAt(echo.url), {});
  } finally {
    await echo.close();
  }
});

test.run();
