import { interleaved, median, quantile, ratio } from '../rounds.ts';
import type { BenchRow } from '../row.ts';
import type { Setup, Subject } from './subjects.ts';

const sleep = (waitMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, waitMs));

/** Length of one HTTP measurement. */
const HTTP_SECONDS = 2;

/** Real over direct as measured on two cores; where there is no real server the floors refer to direct loopback. */
const DIRECT_FLOORS = { bulk: 0.3, http: 0.4 };

/** Processor time per unit of work, embedded over real: unlike wall-clock ratios it does not move with other load on the machine. */
function work(name: string, unit: string, spent: Record<Subject, number[]>, setup: Setup): BenchRow[] {
  if (setup.base !== 'real' || spent.embedded.some(Number.isNaN)) return [];
  const figures = `embedded ${median(spent.embedded).toFixed(1)} ${unit}, real ${median(spent.real).toFixed(1)} ${unit}`;
  const value = median(spent.embedded) / median(spent.real);
  return [{ name: `${name}, processor time`, value, unit: 'x real', goal: 1, better: 'lower', against: figures }];
}

function relative(
  name: string,
  setup: Setup,
  found: Record<Subject, number[]>,
  floor: number,
  directFloor: number,
): BenchRow {
  const { base } = setup;
  const value = ratio(found.embedded, found[base]);
  return {
    name,
    value,
    unit: `x ${base}`,
    goal: base === 'real' ? floor : directFloor,
    better: 'higher',
    against: base,
  };
}

/** Megabytes per second through `count` streams, interleaved. */
export async function bulk(setup: Setup, rounds: number, count: number, floor: number): Promise<BenchRow[]> {
  const port = await setup.upstream.call<number>('sink');
  const ports = await setup.ports(`bulk-${count}`, port);
  const spent: Record<Subject, number[]> = { direct: [], embedded: [], real: [] };
  const found = await interleaved(rounds, setup.subjects, async (subject) => {
    await setup.load.call('writeStreams', ports[subject], count);
    await sleep(150);
    const cpu = setup.cpuMs(subject);
    const before = await setup.upstream.call<{ bytes: number; atMs: number }>('received');
    await sleep(600);
    const after = await setup.upstream.call<{ bytes: number; atMs: number }>('received');
    spent[subject].push((setup.cpuMs(subject) - cpu) / ((after.bytes - before.bytes) / 1e9));
    await setup.load.call('stopStreams');
    await sleep(60);
    return (after.bytes - before.bytes) / (after.atMs - before.atMs) / 1_000;
  });
  const name = `bulk, ${count} stream${count === 1 ? '' : 's'}, no toxics`;
  return [
    {
      name: `${name}, embedded`,
      value: median(found.embedded),
      unit: 'MB/s',
      goal: null,
      better: 'higher',
      against: '',
    },
    relative(name, setup, found, floor, DIRECT_FLOORS.bulk),
    ...work(name, 'ms/GB', spent, setup),
  ];
}

/** Requests per second over 50 kept-alive connections, interleaved. */
export async function httpRequests(setup: Setup, rounds: number): Promise<BenchRow[]> {
  const ports = await setup.ports('http', await setup.upstream.call<number>('http'));
  const spent: Record<Subject, number[]> = { direct: [], embedded: [], real: [] };
  const found = await interleaved(rounds, setup.subjects, async (subject) => {
    const cpu = setup.cpuMs(subject);
    const { perSecond, errors } = await setup.load.call<{ perSecond: number; errors: number }>(
      'http',
      ports[subject],
      50,
      2,
    );
    spent[subject].push(((setup.cpuMs(subject) - cpu) * 1_000) / (perSecond * HTTP_SECONDS));
    if (errors > 0) throw new Error(`${errors} failed requests at ${subject}`);
    return perSecond;
  });
  return [
    {
      name: 'HTTP, 50 connections, embedded',
      value: median(found.embedded),
      unit: 'req/s',
      goal: null,
      better: 'higher',
      against: '',
    },
    relative('HTTP, 50 connections, no toxics', setup, found, 0.85, DIRECT_FLOORS.http),
    ...work('HTTP, 50 connections, no toxics', 'µs/request', spent, setup),
  ];
}

/** What a proxy adds to a round trip of 64 bytes on one connection. */
export async function addedRoundTrip(setup: Setup, rounds: number): Promise<BenchRow[]> {
  const ports = await setup.ports('rtt', await setup.upstream.call<number>('echo'));
  const p99: Record<Subject, number[]> = { direct: [], embedded: [], real: [] };
  const p50 = await interleaved(rounds, setup.subjects, async (subject) => {
    const found = await setup.load.call<number[]>('roundTrips', ports[subject], 1, 1_000, 0);
    p99[subject].push(quantile(found, 0.99) * 1_000);
    return quantile(found, 0.5) * 1_000;
  });
  const added = (from: Record<Subject, number[]>, subject: Subject): number =>
    median(from[subject]) - median(from.direct);
  const real = setup.base === 'real';
  const against = real
    ? `real adds ${added(p50, 'real').toFixed(0)} µs, p99 ${added(p99, 'real').toFixed(0)} µs`
    : 'direct';
  return [
    {
      name: 'added round trip, 64 B, p50',
      value: added(p50, 'embedded'),
      unit: 'µs',
      goal: real ? added(p50, 'real') + 15 : 200,
      better: 'lower',
      against,
    },
    {
      name: 'added round trip, 64 B, p99',
      value: added(p99, 'embedded'),
      unit: 'µs',
      goal: real ? added(p99, 'real') * 1.5 : 600,
      better: 'lower',
      against,
    },
  ];
}
