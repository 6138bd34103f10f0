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

/** The slowest of many control calls with a stuck reader, an upstream that is never reached, and 5,000 connections. */
export async function controlCalls(setup: Setup): Promise<BenchRow[]> {
  const server = setup.servers.embedded as Server;
  const stuck = await setup.ports('stuck', await setup.upstream.call<number>('flood'));
  const many = await setup.ports('many', await setup.upstream.call<number>('idle'));
  // 192.0.2.0/24 is set aside for documentation (RFC 5737): a dial there hangs or fails, and never connects.
  await server.call('POST', '/proxies', { name: 'nowhere', listen: '127.0.0.1:0', upstream: '192.0.2.1:9' });
  await setup.load.call('openStuck', stuck.embedded);
  await setup.load.call('open', many.embedded, 5_000);
  const calls: [string, string, unknown?][] = [];
  for (let i = 0; i < 10; i++) {
    for (const proxy of ['stuck', 'many', 'nowhere']) {
      const toxics = `/proxies/${proxy}/toxics`;
      calls.push(
        ['POST', toxics, { name: 'l', type: 'latency', attributes: { latency: 20 } }],
        ['GET', '/proxies'],
        ['PATCH', `${toxics}/l`, { attributes: { latency: 5 } }],
        ['DELETE', `${toxics}/l`],
      );
    }
  }
  calls.push(
    ['POST', '/reset'],
    ['DELETE', '/proxies/many'],
    ['DELETE', '/proxies/stuck'],
    ['DELETE', '/proxies/nowhere'],
  );
  const worst = await slowest(server, calls);
  await setup.load.call('stopStreams');
  const name = 'slowest control call: stuck reader, no upstream, 5,000 connections';
  return [
    {
      name,
      value: worst.ms,
      unit: 'ms',
      goal: 100,
      better: 'lower',
      against: `${calls.length} calls, slowest ${worst.call}`,
    },
  ];
}

/** What 5,000 connections leave behind. */
export async function leftovers(setup: Setup): Promise<BenchRow[]> {
  const ports = await setup.ports('churn', await setup.upstream.call<number>('echo'));
  // One crowd first: what the allocator and the optimiser keep after it is not a leak, what a second one adds would be.
  await setup.load.call('churn', ports.embedded, 5_000);
  const settle = async (): Promise<{ rssBytes: number; handles: number }> => {
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    return setup.proxy.call('usage');
  };
  const before = await settle();
  await setup.load.call('churn', ports.embedded, 5_000);
  const after = await settle();
  return [
    {
      name: 'memory after 5,000 more connections came and went',
      value: (after.rssBytes / before.rssBytes - 1) * 100,
      unit: '% more',
      goal: 20,
      better: 'lower',
      against: `${(before.rssBytes / 1e6).toFixed(0)} MB before`,
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
