import type { BenchRow } from '../row.ts';
import { controlCalls, leftovers } from './control.ts';
import { bandwidthExactness, latencyBeyondProxy, latencyBulk, latencyExactness } from './exactness.ts';
import { Setup } from './subjects.ts';
import { addedRoundTrip, bulk, httpRequests } from './throughput.ts';

/** Rounds of every interleaved measurement. */
const ROUNDS = 8;

/**
 * Measures the fault proxy: speed against a real Toxiproxy (TOXIPROXY_BIN or toxiproxy-server on the PATH), else
 * against bare loopback; exactness; and what control calls take under load.
 */
export async function toxicsBench(only: (name: string) => boolean = () => true): Promise<BenchRow[]> {
  const setup = new Setup();
  const parts: Record<string, () => Promise<BenchRow[]>> = {
    rtt: () => addedRoundTrip(setup, ROUNDS),
    bulk1: () => bulk(setup, ROUNDS, 1, 1),
    bulk50: () => bulk(setup, ROUNDS, 50, 0.9),
    http: () => httpRequests(setup, ROUNDS),
    latency: () => latencyExactness(setup, ROUNDS),
    latencyBeyond: () => latencyBeyondProxy(setup, ROUNDS),
    bandwidth: () => bandwidthExactness(setup),
    latencyBulk: () => latencyBulk(setup, ROUNDS),
    leftovers: () => leftovers(setup),
    control: () => controlCalls(setup),
  };
  try {
    await setup.start();
    const rows: BenchRow[] = [];
    for (const [name, measure] of Object.entries(parts)) if (only(name)) rows.push(...(await measure()));
    return rows.map((row) => ({
      ...row,
      value: rounded(row.value),
      goal: row.goal === null ? null : rounded(row.goal),
    }));
  } finally {
    setup.stop();
  }
}

/** Three decimals are more than the machine can repeat. */
function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
