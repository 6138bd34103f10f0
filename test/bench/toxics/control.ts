import { fullUpstream } from '../../sim/toxics/full-upstream.ts';
import { closeAll } from '../../sim/toxics/sockets.ts';
import type { BenchRow } from '../row.ts';
import type { Server, Setup } from './subjects.ts';

async function slowest(server: Server, calls: [string, string, unknown?][]): Promise<{ ms: number; call: string }> {
  let worst = { ms: 0, call: '' };
  for (const [method, path, body] of calls) {
    const asked = performance.now();
    await server.call(method, path, body);
    const ms = performance.now() - asked;
    if (ms > worst.ms) worst = { ms, call: `${method} ${path}` };
  }
  return worst;
}

/** Through what the busy connections flood: each makes much of little in its own way. */
const FLOODED: Record<string, object[]> = {
  sliced: [{ type: 'slicer', attributes: { average_size: 1_024, size_variation: 512 } }],
  late: [{ type: 'latency', attributes: { latency: 10 } }],
  crumbs: [{ type: 'slicer', attributes: { average_size: 1, size_variation: 1 } }],
};

/** Floods of each kind beside the idle crowd. */
const FLOODS_EACH = 17;

/**
 * The slowest of many control calls with a stuck reader, an upstream that never accepts and clients waiting for it, 5,000
 * open connections, and floods through toxics on some 50 of them.
 */
export async function controlCalls(setup: Setup): Promise<BenchRow[]> {
  const server = setup.servers.embedded as Server;
  const flood = await setup.upstream.call<number>('flood');
  const stuck = await setup.ports('stuck', flood);
  const many = await setup.ports('many', await setup.upstream.call<number>('idle'));
  const deaf = await fullUpstream();
  const { json } = await server.call('POST', '/proxies', {
    name: 'deaf',
    listen: '127.0.0.1:0',
    upstream: deaf.address,
  });
  await setup.load.call('openStuck', stuck.embedded);
  await setup.load.call('open', many.embedded, 5_000);
  await setup.load.call('open', Number((json as { listen: string }).listen.split(':')[1]), 10);
  const calm = await slowest(server, callsOn(['stuck', 'many', 'deaf']));
  const floods = Object.keys(FLOODED);
  for (const [name, toxics] of Object.entries(FLOODED)) {
    const { embedded } = await setup.ports(name, flood, toxics);
    await setup.load.call('openReading', embedded, FLOODS_EACH);
  }
  const loaded = await slowest(server, callsOn(['stuck', 'many', 'deaf', ...floods]));
  await server.call('POST', '/reset');
  for (const name of ['many', 'stuck', 'deaf', ...floods]) await server.call('DELETE', `/proxies/${name}`);
  await setup.load.call('stopStreams');
  await closeAll();
  const row = (name: string, { ms, call }: { ms: number; call: string }): BenchRow => ({
    name: `slowest control call: ${name}`,
    value: ms,
    unit: 'ms',
    goal: 100,
    better: 'lower',
    against: `slowest ${call}`,
  });
  return [
    row('stuck reader, upstream that never accepts, 5,000 connections', calm),
    row(`the same with ${FLOODS_EACH * floods.length} floods through toxics`, loaded),
  ];
}

function callsOn(proxies: readonly string[]): [string, string, unknown?][] {
  const calls: [string, string, unknown?][] = [];
  for (let i = 0; i < 10; i++) {
    for (const proxy of proxies) {
      const toxics = `/proxies/${proxy}/toxics`;
      calls.push(
        ['POST', toxics, { name: 'l', type: 'latency', attributes: { latency: 20 } }],
        ['GET', '/proxies'],
        ['PATCH', `${toxics}/l`, { attributes: { latency: 5 } }],
        ['DELETE', `${toxics}/l`],
      );
    }
  }
  return calls;
}

/**
 * V8 gives memory back once it has been idle for a while (its memory reducer; seen 20 to 40 s after a crowd). Read before
 * that, even after a collection asked for, the heap still has its size; so nothing here asks for one, and all wait.
 */
const IDLE_MS = 60_000;

/** What 5,000 connections leave behind, a minute after they are gone. */
export async function leftovers(setup: Setup): Promise<BenchRow[]> {
  const ports = await setup.ports('churn', await setup.upstream.call<number>('echo'));
  const server = setup.servers.embedded as Server;
  const settle = async (): Promise<{ rssBytes: number; handles: number }> => {
    for (let i = 0; i < 200; i++) {
      const { json } = await server.call('GET', '/holdfast/proxies/churn');
      if ((json as { open_connections: number }).open_connections === 0) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    return setup.proxy.call('usage');
  };
  // A few first, so that what the optimiser keeps is in the base; then 5,000 at once, which is what memory is made of.
  await setup.load.call('churn', ports.embedded, 200);
  const before = await settle();
  const crowd = async (): Promise<{ rssBytes: number; handles: number }> => {
    await setup.load.call('open', ports.embedded, 5_000);
    await setup.load.call('stopStreams');
    return settle();
  };
  const after = await crowd();
  // What is kept for the next crowd is there once; what leaks comes again.
  const again = await crowd();
  return [
    {
      name: 'memory after 5,000 connections at once came and went',
      value: (after.rssBytes / before.rssBytes - 1) * 100,
      unit: '% more',
      goal: 20,
      better: 'lower',
      against: `${(before.rssBytes / 1e6).toFixed(0)} MB before, each a minute after the last connection`,
    },
    {
      name: 'memory that a second such crowd adds',
      value: (again.rssBytes / after.rssBytes - 1) * 100,
      unit: '% more',
      goal: 20,
      better: 'lower',
      against: `${(after.rssBytes / 1e6).toFixed(0)} MB before, each a minute after the last connection`,
    },
    {
      name: 'handles left by 5,000 connections',
      value: after.handles - before.handles,
      unit: 'handles',
      goal: 0,
      better: 'lower',
      against: `${before.handles} before`,
    },
  ];
}
