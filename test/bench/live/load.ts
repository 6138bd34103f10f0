import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

const wrk = ['/usr/bin/wrk', '/usr/local/bin/wrk'].find((file) => existsSync(file));
const run = promisify(execFile);

/**
 * The one load tool of all rows. autocannon comes with the project but is a Node program, which takes core time from what it
 * measures; wrk (apt-get install wrk) takes little, and who gains most from that is nginx.
 */
export type LoadTool = 'autocannon' | 'wrk';

export interface LoadResult {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Load {
  readonly url: string;
  readonly seconds: number;
  readonly connections: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Closed-loop load from a process of its own. Throws when an answer was not 2xx or a connection failed. */
export async function load(what: Load, tool: LoadTool = 'autocannon'): Promise<LoadResult> {
  if (tool === 'autocannon') return autocannonLoad(what);
  if (wrk === undefined) throw new Error('wrk is not installed: apt-get install wrk, or measure with autocannon');
  return wrkLoad(wrk, what);
}

async function wrkLoad(program: string, { url, seconds, connections, headers }: Load): Promise<LoadResult> {
  const fields = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '--latency', ...fields, url];
  const { stdout } = await run(program, args);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`load on ${url}: ${stdout}`);
  const time = (percent: string): number => {
    const [, value, unit] = new RegExp(`^ *${percent}% +([0-9.]+)(us|ms|s)`, 'm').exec(stdout) ?? [];
    return Number(value) * ({ us: 0.001, ms: 1, s: 1000 }[unit ?? ''] ?? Number.NaN);
  };
  return {
    requests: Number(/(\d+) requests in/.exec(stdout)?.[1]),
    perSecond: Number(/Requests\/sec: +([0-9.]+)/.exec(stdout)?.[1]),
    p50Ms: time('50'),
    p99Ms: time('99'),
  };
}

async function autocannonLoad({ url, seconds, connections, headers }: Load): Promise<LoadResult> {
  const script = createRequire(import.meta.url).resolve('autocannon/autocannon.js');
  const fields = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}=${value}`]);
  const args = [script, '-j', '-n', '-c', String(connections), '-d', String(seconds), ...fields, url];
  const { stdout } = await run(process.execPath, args, { maxBuffer: 16 * 1024 * 1024 });
  const result = JSON.parse(stdout) as {
    requests: { total: number; average: number };
    latency: { p50: number; p99: number };
    errors: number;
    non2xx: number;
  };
  if (result.errors > 0 || result.non2xx > 0) throw new Error(`load on ${url}: ${stdout.slice(0, 2000)}`);
  const { requests, latency } = result;
  return { requests: requests.total, perSecond: requests.average, p50Ms: latency.p50, p99Ms: latency.p99 };
}
