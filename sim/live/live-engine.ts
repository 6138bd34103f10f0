import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { HoldfastError } from '../../proxy/host/errors.ts';
import { type Instant, instant } from '../../proxy/host/units.ts';
import { FaultScheduler } from '../faults/scheduler.ts';
import { faultTimeline } from '../faults/timeline.ts';
import type { History, HistoryEvent } from '../history/history.ts';
import { signedInBefore, signInSpan } from '../plan/boot-span.ts';
import { planDigest } from '../plan/digest.ts';
import type { Plan } from '../plan/plan.ts';
import { endedWithin } from './ended-within.ts';
import { failureAsTold, interruption } from './interruption.ts';
import { LiveWorld } from './live-world.ts';
import type { DriverConfig, DriverResult } from './load/driver-config.ts';
import { residueError } from './residue.ts';
import { Rig } from './rig.ts';
import type { RoleProcess } from './role-process.ts';
import { siblingScript } from './sibling-script.ts';

export interface LiveOptions {
  /** URL of a Toxiproxy; undefined: the embedded server. */
  readonly toxiproxy: string | undefined;
  /** The compiled command line, whose role commands are the processes of the run. */
  readonly cli: string;
  /** Seconds done and seconds in all, about once a second. */
  readonly onProgress: (done: number, of: number) => void;
  /** Trips when the user interrupts: faults are healed and everything is ended first. */
  readonly interrupted: AbortSignal;
}

/** Processes warm up under the plan's own load so long before the first counted request. */
const loadSeconds = 3;

/** From everything started to instant 0, microseconds: operators sign in, then the load begins. */
function warmUpSpan(plan: Plan): number {
  const signIn = signedInBefore(plan) === undefined ? 0 : Math.min(signInSpan(plan), plan.outcome.deadline);
  return 1e6 * (loadSeconds + 1) + signIn;
}

/**
 * Runs a plan with real processes, sockets and faults (L4). Whatever happens, faults are healed and processes ended.
 * @throws HoldfastError ERR_ROLE_START, ERR_TOXIPROXY, ERR_TOXIPROXY_METRICS, ERR_INTERRUPTED; ERR_RESIDUE when something would not go, by name
 */
export async function runLivePlan(plan: Plan, options: LiveOptions): Promise<History> {
  if (options.interrupted.aborted) throw interruption();
  const rig = await Rig.start(plan, options);
  const scheduler = new FaultScheduler(new LiveWorld(rig), plan);
  let history: History | undefined;
  let failure: unknown;
  try {
    history = await drive(plan, rig, scheduler, options);
  } catch (error) {
    failure = failureAsTold(options.interrupted, error);
    await scheduler.finish(() => instant(0)).catch(() => []);
  }
  const stuck = scheduler.running.map((fault) => `fault ${fault}`);
  const residue = [...stuck, ...(await rig.close())];
  if (residue.length > 0) throw residueError(residue, failure);
  if (history === undefined) throw failure;
  return history;
}

async function drive(plan: Plan, rig: Rig, scheduler: FaultScheduler, options: LiveOptions): Promise<History> {
  const resultFile = path.join(rig.folder, 'driver-result.json');
  const config: DriverConfig = {
    plan,
    instances: rig.instances,
    tokenOrigin: rig.tokenOrigin,
    ca: rig.certificates.ca,
    secret: rig.secret,
    password: rig.password,
    warmUpSeconds: loadSeconds,
    resultFile,
  };
  const configFile = path.join(rig.folder, 'driver.json');
  await writeFile(configFile, JSON.stringify(config), { mode: 0o600 });
  const driver = await rig.startDriver(siblingScript(import.meta.url, 'load/driver'), configFile);
  const startNs = process.hrtime.bigint() + BigInt(warmUpSpan(plan)) * 1_000n;
  const now = (): Instant => instant(Number((process.hrtime.bigint() - startNs) / 1000n));
  const ended = driver.exited();
  driver.tell({ startAtNs: String(startNs) });

  const progress = setInterval(() => options.onProgress(Math.max(0, now() / 1e6), plan.horizon / 1e6), 1_000);
  const events: HistoryEvent[] = [];
  try {
    for (const action of faultTimeline(plan)) {
      await waitUntil(() => action.at - now(), ended, rig, options.interrupted);
      events.push(...(await scheduler.apply(action, now)));
    }
    await waitUntil(() => plan.horizon - now(), ended, rig, options.interrupted);
    // A fault without an end outlasts the run: the last requests meet it to their deadline, as in virtual time.
    await endedWithin(ended, plan.outcome.deadline / 1000 + 5_000, options.interrupted);
    events.push(...(await scheduler.finish(now)));
    if (rig.failure !== undefined) throw rig.failure;
  } finally {
    clearInterval(progress);
  }
  const result = await readResult(resultFile, driver);
  const requests = { ...result, length: result.start.length };
  const hash = createHash('sha256').update(JSON.stringify([requests, events]));
  return {
    engine: 'live',
    fidelity: 'L4',
    planDigest: planDigest(plan),
    requests,
    events: events.sort((a, b) => a.at - b.at),
    endedAt: instant(plan.horizon),
    eventHash: hash.digest('hex'),
    notes: {
      lateSends: result.lateSends,
      lateShare: result.start.length === 0 ? 0 : result.lateSends / result.start.length,
      worstLatenessMs: result.worstLatenessMs,
      ...restarts(rig),
    },
  };
}

/** How long a connector process takes to start on this machine: what a plan's restart delay does not say. */
function restarts(rig: Rig): { readonly connectorStartMs?: number } {
  const starts = rig.connectorStartsMs();
  return starts.length === 0 ? {} : { connectorStartMs: starts.reduce((sum, ms) => sum + ms, 0) / starts.length };
}

async function readResult(file: string, driver: RoleProcess): Promise<DriverResult> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as DriverResult;
  } catch (error) {
    throw new HoldfastError('ERR_LOAD_DRIVER', `the load driver gave no result\n${driver.lastLines.join('\n')}`, {
      hint: driverHint,
      cause: error,
    });
  }
}

const driverHint =
  'usually the machine ran out of memory or file handles: lower the rate, or free some and run it again';

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Sleeps until `left()` microseconds are gone, in steps; a dead driver, a part that does not come back or an interruption ends the run. */
async function waitUntil(left: () => number, ended: Promise<void>, rig: Rig, signal: AbortSignal): Promise<void> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  for (;;) {
    if (signal.aborted) throw interruption();
    if (rig.failure !== undefined) throw rig.failure;
    const us = left();
    if (us <= 0) return;
    if (over && us > 2_000_000) {
      throw new HoldfastError('ERR_LOAD_DRIVER', 'the load driver ended before the plan did', { hint: driverHint });
    }
    await delay(Math.min(50, Math.max(1, us / 1000)));
  }
}
