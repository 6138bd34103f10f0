import { seconds } from '../../../proxy/host/units.ts';
import { runVirtualPlan } from '../../../sim/virtual/engine.ts';
import { median, ratio } from '../rounds.ts';
import type { BenchRow } from '../row.ts';
import { benchPlan } from './bench-plan.ts';
import { runCallbackChain } from './callback-chain.ts';
import { GcShare } from './gc-share.ts';
import { twoWorkers } from './two-workers.ts';

const requests = 100_000;
const rounds = 15;

/** CPU seconds that `work` took on all threads of this process. */
async function cpuSeconds(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const best = (values: number[]): number => Math.max(...values);
const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/**
 * Speed of the virtual world against the bare callback chain, turn about in one process after a warm-up; garbage
 * collection included. Requests per CPU second, the median of the rounds' ratios.
 */
export async function virtualBench(): Promise<BenchRow[]> {
  const plan = benchPlan(requests);
  await runVirtualPlan(plan);
  runCallbackChain(plan);
  const ours: number[] = [];
  const chain: number[] = [];
  const shares: number[] = [];
  let eventsPerRequest = 0;
  for (let round = 0; round < rounds; round++) {
    const gc = new GcShare();
    const cpu = await cpuSeconds(async () => {
      const { notes } = await runVirtualPlan(plan);
      eventsPerRequest = Number(notes['events']) / Number(notes['requests']);
      ours.push(Number(notes['requests']));
    });
    shares.push(await gc.stop());
    ours[round] = (ours[round] as number) / cpu;
    let done = 0;
    const chainCpu = await cpuSeconds(() => {
      for (let i = 0; i < 3; i++) done += runCallbackChain(plan).requests;
    });
    chain.push(done / chainCpu);
  }
  const bare = `bare callback chain ${rounded(median(chain) / 1000, 0)} k requests/CPU-s`;
  const share = ratio(ours, chain);
  const two = await twoWorkers();
  const plain = 'nothing';
  return [
    row('virtual: share of the bare callback chain', rounded(share, 3), 'ratio', 0.15, 'higher', bare),
    row('virtual: requests per CPU-second', rounded(best(ours) / 1000, 1), 'k requests/CPU-s', null, 'higher', plain),
    row(
      'virtual: L2 requests per CPU-second',
      rounded((await atL2()) / 1000, 1),
      'k requests/CPU-s',
      null,
      'higher',
      'L1',
    ),
    row(
      'virtual: events per request',
      rounded(eventsPerRequest, 3),
      'events',
      7.2,
      'lower',
      '7 hops, and the pings of idle tunnels',
    ),
    row('virtual: garbage collection', rounded(100 * median(shares), 1), '% of time', null, 'lower', plain),
    row('virtual: set-up of a run', rounded(await setUpMs(), 2), 'ms', 5, 'lower', plain),
    row(
      'virtual: two workers over one',
      rounded(two.virtual, 2),
      'ratio',
      1.7,
      'higher',
      `one worker; two bare callback chains over one, in the same rounds: ${rounded(two.chain, 2)}`,
    ),
  ];
}

function row(
  name: string,
  value: number,
  unit: string,
  goal: number | null,
  better: 'higher' | 'lower',
  against: string,
): BenchRow {
  return { name, value, unit, goal, better, against };
}

/** The same plan with frames as bytes through the codec, requests per CPU second; best of three. */
async function atL2(): Promise<number> {
  const plan = benchPlan(requests / 4);
  const rates: number[] = [];
  for (let i = 0; i < 3; i++) {
    let sent = 0;
    const cpu = await cpuSeconds(async () => {
      sent = Number((await runVirtualPlan(plan, { fidelity: 'L2' })).notes['requests']);
    });
    rates.push(sent / cpu);
  }
  return best(rates);
}

/** A window that carries no request: everything a run costs before and after its load. */
async function setUpMs(): Promise<number> {
  const plan = benchPlan(requests);
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    const cpu = await cpuSeconds(() => runVirtualPlan(plan, { to: seconds(0) as never, planDigest: '' }));
    times.push(cpu * 1000);
  }
  return median(times);
}
