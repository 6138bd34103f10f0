import { median, quantile } from '../rounds.ts';
import type { BenchRow } from '../row.ts';
import type { Setup } from './subjects.ts';

/**
 * A latency toxic of 10 ms, seen as a round trip: never early, and how late. Four wake-ups of processes are in it, which
 * differ between machines more than proxies do; so a real server is measured beside it where there is one.
 */
export async function latencyExactness(setup: Setup, rounds: number): Promise<BenchRow[]> {
  const echo = await setup.upstream.call<number>('echo');
  const toxic = { type: 'latency', attributes: { latency: 10, jitter: 0 } };
  const ports = await setup.ports('latency', echo, [toxic]);
  // The same calls without any proxy: what the machine itself adds at that moment.
  const bare: number[] = [];
  const rows: BenchRow[] = [];
  const least: number[] = [];
  for (const [connections, count, p50Goal, p99Goal] of [
    [1, 80, 0.7, 4],
    [50, 20, 3, 15],
  ] as const) {
    const p50: number[] = [];
    const p99: number[] = [];
    const later: number[] = [];
    for (let round = 0; round < rounds; round++) {
      bare.push(...(await setup.load.call<number[]>('roundTrips', ports.direct, 1, 40, 10)));
      const found = await setup.load.call<number[]>('roundTrips', ports.embedded, connections, count, 3);
      least.push(Math.min(...found));
      p50.push(quantile(found, 0.5) - 10);
      p99.push(quantile(found, 0.99) - 10);
      if (setup.base !== 'real') continue;
      const real = await setup.load.call<number[]>('roundTrips', ports.real, connections, count, 3);
      later.push(quantile(found, 0.5) - quantile(real, 0.5));
    }
    const name = `latency 10 ms, ${connections} connection${connections === 1 ? '' : 's'}`;
    const machine = `bare round trip p50 ${quantile(bare, 0.5).toFixed(2)} ms, p99 ${quantile(bare, 0.99).toFixed(2)} ms`;
    const row = { unit: 'ms late', better: 'lower', against: `due time, round trip included; ${machine}` } as const;
    rows.push({ ...row, name: `${name}, p50`, value: median(p50), goal: p50Goal });
    rows.push({ ...row, name: `${name}, p99`, value: median(p99), goal: p99Goal });
    if (later.length === 0) continue;
    const beside = { unit: 'ms', better: 'lower', against: 'real, in the same rounds' } as const;
    rows.push({ ...beside, name: `${name}, p50, later than real`, value: median(later), goal: 0.5 });
  }
  rows.push({
    name: 'latency 10 ms, earliest of all',
    value: Math.min(...least),
    unit: 'ms',
    goal: 10,
    better: 'higher',
    against: 'due time',
  });
  return rows;
}

/** What is the toxic's own in that: one connection through the same proxy, with it and without. */
export async function latencyBeyondProxy(setup: Setup, rounds: number): Promise<BenchRow[]> {
  const echo = await setup.upstream.call<number>('echo');
  const toxic = { type: 'latency', attributes: { latency: 10, jitter: 0 } };
  const slow = await setup.ports('with-latency', echo, [toxic]);
  const plain = await setup.ports('without-latency', echo);
  const p50 = async (port: number, everyMs: number): Promise<number> =>
    quantile(await setup.load.call<number[]>('roundTrips', port, 1, 80, everyMs), 0.5);
  const beyond: number[] = [];
  // As long between two calls either way: a processor that has slept longer wakes more slowly.
  for (let round = 0; round < rounds; round++) {
    beyond.push((await p50(slow.embedded, 3)) - (await p50(plain.embedded, 13)) - 10);
  }
  return [
    {
      name: 'latency 10 ms, 1 connection, p50, beyond the same proxy without it',
      value: median(beyond),
      unit: 'ms',
      goal: 0.7,
      better: 'lower',
      against: 'the same proxy without it, in the same rounds',
    },
  ];
}

/** How far from its rate a bandwidth toxic is over two seconds. */
export async function bandwidthExactness(setup: Setup): Promise<BenchRow[]> {
  const flood = await setup.upstream.call<number>('flood');
  const rows: BenchRow[] = [];
  for (const rate of [10, 100, 1_000, 10_000]) {
    const toxic = { type: 'bandwidth', attributes: { rate } };
    const ports = await setup.ports(`bandwidth-${rate}`, flood, [toxic]);
    const errors: number[] = [];
    for (let round = 0; round < 3; round++) {
      const seen = await setup.load.call<number>('receiveRate', ports.embedded, 400, 2_000);
      errors.push(Math.abs(seen / (rate * 1_000) - 1) * 100);
    }
    const name = `bandwidth ${rate} KB/s over 2 s`;
    rows.push({ name, value: median(errors), unit: '% off', goal: 3, better: 'lower', against: 'the rate set' });
  }
  return rows;
}

/** A delay must not cap throughput. */
export async function latencyBulk(setup: Setup, rounds: number): Promise<BenchRow[]> {
  const flood = await setup.upstream.call<number>('flood');
  const ports = await setup.ports('latency-bulk', flood, [{ type: 'latency', attributes: { latency: 100 } }]);
  const found: number[] = [];
  for (let round = 0; round < rounds; round++) {
    found.push((await setup.load.call<number>('receiveRate', ports.embedded, 400, 800)) / 1e6);
  }
  const row = { name: 'bulk through latency 100 ms', value: median(found), unit: 'MB/s', goal: 100 } as const;
  return [{ ...row, better: 'higher', against: 'the 1024-chunk buffer' }];
}
