import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { median, ratio } from '../rounds.ts';
import type { BenchRow } from '../row.ts';
import { type LoadResult, type LoadTool, load } from './load.ts';
import type { Part } from './part.ts';
import { type Subject, type Subjects, startSubjects } from './subjects.ts';

const connections = 64;
const rounds = 9;
const warmUpSeconds = 1;
const seconds = 2;

interface Sample extends LoadResult {
  /** Core microseconds per request, by part. */
  readonly cpu: readonly number[];
}

/**
 * The live path, service and connector as two processes with a TLS 1.3 tunnel, session check and access log on, against
 * peers under the same load and in front of the same backend: 64 connections, 1 kB answers, turn about in one run.
 */
export async function liveBench(tool: LoadTool): Promise<BenchRow[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'));
  const running: Part[] = [];
  try {
    const subjects = await startSubjects(folder, (part) => running.push(part));
    await untilServed(subjects);
    return rowsOf(subjects, await measureAll(subjects, tool), tool);
  } finally {
    await Promise.all(running.map((part) => part.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every subject once a round, in turning order. */
async function measureAll(subjects: Subjects, tool: LoadTool): Promise<Map<Subject, Sample[]>> {
  const { ours, undici, httpProxy, http2, nginx } = subjects;
  const all = [ours, undici, httpProxy, http2, ...(nginx === undefined ? [] : [nginx])];
  const samples = new Map<Subject, Sample[]>(all.map((one) => [one, []]));
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < all.length; i++) {
      const one = all[(i + round) % all.length] as Subject;
      samples
        .get(one)
        ?.push(await measure(one, subjects.headers, round === 0 ? 3 * warmUpSeconds : warmUpSeconds, tool));
    }
  }
  return samples;
}

async function measure(
  one: Subject,
  headers: Readonly<Record<string, string>>,
  warmUp: number,
  tool: LoadTool,
): Promise<Sample> {
  await load({ url: one.url, seconds: warmUp, connections, headers }, tool);
  const before = one.parts.map((part) => part.cpuSeconds());
  const result = await load({ url: one.url, seconds, connections, headers }, tool);
  const cpu = one.parts.map((part, i) => ((part.cpuSeconds() - (before[i] as number)) * 1e6) / result.requests);
  return { ...result, cpu };
}

function rowsOf(subjects: Subjects, samples: Map<Subject, Sample[]>, tool: LoadTool): BenchRow[] {
  const { ours } = subjects;
  const of = (one: Subject, what: (sample: Sample) => number): number[] => (samples.get(one) ?? []).map(what);
  const rate = (one: Subject): number[] => of(one, (sample) => sample.perSecond);
  const setup = `${tool}; backend ${subjects.backend}`;
  const share = (peer: Subject, goal: number): BenchRow => ({
    name: `live: requests/s, share of ${peer.name}`,
    value: rounded(ratio(rate(ours), rate(peer)), 3),
    unit: 'ratio',
    goal,
    better: 'higher',
    against: `${peer.name} ${rounded(median(rate(peer)), 0)}/s, holdfast ${rounded(median(rate(ours)), 0)}/s; ${setup}`,
  });
  const rows = [share(subjects.undici, 0.55), share(subjects.httpProxy, 1.2), share(subjects.http2, 1.4)];
  if (subjects.nginx === undefined) console.error('skipped: no nginx (apt-get install nginx); its row is missing');
  else rows.push(share(subjects.nginx, 0.22));
  const tail = (one: Subject): number[] => of(one, (sample) => sample.p99Ms);
  rows.push({
    name: 'live: p99 at 64 connections, times one-hop undici',
    value: rounded(ratio(tail(ours), tail(subjects.undici)), 2),
    unit: 'ratio',
    goal: 2.2,
    better: 'lower',
    against: `undici ${rounded(median(tail(subjects.undici)), 1)} ms, holdfast ${rounded(median(tail(ours)), 1)} ms`,
  });
  const cores = (one: Subject): number[] => of(one, ({ cpu }) => cpu.reduce((sum, part) => sum + part, 0));
  for (const peer of [subjects.undici, subjects.httpProxy, subjects.http2]) {
    rows.push({
      name: `live: core time of both ends, times ${peer.name}`,
      value: rounded(ratio(cores(ours), cores(peer)), 2),
      unit: 'ratio',
      goal: null,
      better: 'lower',
      against: 'steadier than requests/s where other work shares the machine',
    });
  }
  for (const [one] of samples) {
    one.parts.forEach((part, i) => {
      rows.push({
        name: `live: core time per request, ${one.name}${one.parts.length > 1 ? ` ${part.name}` : ''}`,
        value: rounded(median(of(one, (sample) => sample.cpu[i] as number)), 1),
        unit: 'µs',
        goal: one === ours ? 85 : null,
        better: 'lower',
        against: 'user and system time of the process, from /proc',
      });
    });
  }
  return rows;
}

/** The connector dials in the background; until then the service answers with its own page. */
async function untilServed({ ours, http2, headers }: Subjects): Promise<void> {
  for (const one of [ours, http2]) {
    for (let look = 0; ; look++) {
      const answer = await load({ url: one.url, seconds: 1, connections: 1, headers }).catch((error: unknown) => error);
      if (!(answer instanceof Error)) break;
      if (look === 10) throw answer;
    }
  }
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
