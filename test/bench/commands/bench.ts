import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { interleaved, median, ratio } from '../rounds.ts';
import type { BenchRow } from '../row.ts';
import { costOf } from './child-cost.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const cli = path.join(root, 'dist/sim/cli/main.js');
const mainJob = path.join(root, 'scenarios/connector-crash.yaml');

/** Ten seconds of one application behind two connectors, twice. */
const smallScenario = `name: small
run: { duration: 10s, replications: { min: 2, max: 2 } }
topology:
  sites:
    paris: { link: { latency: 12ms } }
  connectorGroups:
    shop: { connectors: { paris: 2 }, cores: 2 }
applications:
  shop: { group: shop, backend: { latency: 20ms } }
workload:
  shoppers: { application: shop, requestsPerSecond: 20, users: 50 }
objectives:
  availability: { atLeast: 99% }
`;

/** What the commands themselves cost: start-up, a small run, the main job, its live form. */
export async function commandsBench(only: (name: string) => boolean): Promise<BenchRow[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'));
  const small = path.join(folder, 'small.yaml');
  writeFileSync(small, smallScenario);
  const out = ['--out', path.join(folder, 'out')];
  const run = (...args: string[]): string[] => [cli, 'run', ...args, '--quiet', ...out];
  const parts: Record<string, () => Promise<BenchRow[]>> = {
    start: () => startRows(folder, [cli, '--help'], run(small)),
    'main-job': () => mainJobRows(folder, run(mainJob)),
    'live-form': () => liveFormRows(folder, run(mainJob, '--engine', 'live')),
  };
  try {
    const rows: BenchRow[] = [];
    for (const [name, measure] of Object.entries(parts)) if (only(name)) rows.push(...(await measure()));
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Wall time in turns; start-up is what users wait for. */
async function startRows(cwd: string, help: readonly string[], small: readonly string[]): Promise<BenchRow[]> {
  const commands = { bare: ['-e', '0'], help, small } as const;
  const times = await interleaved(9, ['bare', 'help', 'small'] as const, async (name) => {
    return (await costOf(commands[name], cwd)).wallMs;
  });
  const against = `node -e 0, ${Math.round(median(times.bare))} ms`;
  const of = (name: 'help' | 'small', goal: number, words: string): BenchRow => ({
    name: `${words} (${Math.round(median(times[name]))} ms)`,
    value: Number(ratio(times[name], times.bare).toFixed(2)),
    unit: 'times',
    goal,
    better: 'lower',
    against,
  });
  return [of('help', 4, 'command: holdfast --help'), of('small', 15, 'command: a small virtual run')];
}

async function mainJobRows(cwd: string, args: readonly string[]): Promise<BenchRow[]> {
  const { wallMs, cpuMs, peakMb } = await costOf(args, cwd);
  const against = `${availableParallelism()} cores, shared with whatever else runs`;
  const row = (name: string, value: number, unit: string, goal: number): BenchRow => ({
    name: `main job: ${name}`,
    value: Number(value.toFixed(1)),
    unit,
    goal,
    better: 'lower',
    against,
  });
  return [
    row('30 days of connector-crash, all configurations', wallMs / 1000, 's', 60),
    row('core time, all threads', cpuMs / 1000, 's', 100),
    row('most memory', peakMb, 'MB', 600),
  ];
}

async function liveFormRows(cwd: string, args: readonly string[]): Promise<BenchRow[]> {
  const { wallMs } = await costOf(args, cwd);
  const value = Number((wallMs / 1000).toFixed(1));
  return [{ name: 'main job: live form', value, unit: 's', goal: 60, better: 'lower', against: 'real processes' }];
}
