/** An edge: runs a TypeScript or JavaScript scenario in a thread of its own, under a time limit of the clock it is given. */
import type { Writable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { Clock, TimerId } from '../../proxy/host/clock.ts';
import { HoldfastError } from '../../proxy/host/errors.ts';
import { type Micros, seconds, toSeconds } from '../../proxy/host/units.ts';
import type { Scenario } from '../plan/scenario.ts';
import type { Evaluated, ModuleToEvaluate } from './evaluate-worker.ts';
import { ScenarioError } from './problem.ts';

/** A scenario is data that is written down by a program: seconds are more than it needs. */
const longest = seconds(30);

/** What holds a thread to its limit: the real clock, since the thread is real. */
export type LimitClock = Pick<Clock, 'timeout' | 'clear'>;

/**
 * The scenario that a module exports. The module cannot end this process, and not hang it either. `prints`: where goes what
 * it writes to stdout, which is the command's own and must stay JSON with --json; undefined: there all the same.
 * @throws ScenarioError for what is wrong in it; HoldfastError ERR_SCENARIO_FILE when it throws, ends its thread, or takes
 * longer than `limit`
 */
export async function evaluateModule(
  module: ModuleToEvaluate,
  clock: LimitClock,
  limit: Micros = longest,
  prints?: Writable,
): Promise<Scenario> {
  const end = await endOf(module, clock, limit, prints);
  if ('scenario' in end) return end.scenario;
  if ('problems' in end) throw new ScenarioError(module.shown, end.problems);
  throw new HoldfastError('ERR_SCENARIO_FILE', `cannot load ${module.shown}${end.place}: ${end.reason}`, {
    facts: { file: module.shown },
    hint: end.hint,
  });
}

async function endOf(
  module: ModuleToEvaluate,
  clock: LimitClock,
  limit: Micros,
  prints: Writable | undefined,
): Promise<Evaluated> {
  const own = `./evaluate-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`;
  const worker = new Worker(new URL(own, import.meta.url), { workerData: module, stdout: prints !== undefined });
  if (prints !== undefined) worker.stdout.pipe(prints, { end: false });
  let timer: TimerId | undefined;
  try {
    return await new Promise<Evaluated>((resolve) => {
      worker.once('message', resolve);
      worker.once('error', (error) => resolve({ reason: error.message, hint: 'correct what it throws', place: '' }));
      worker.once('exit', () => {
        const hint = 'take out what ends it: a scenario only exports data';
        resolve({ reason: 'it ended its process instead of exporting a scenario', hint, place: '' });
      });
      timer = clock.timeout(limit, () => {
        const hint = 'look for a loop or a promise that never ends';
        resolve({ reason: `it did not end within ${toSeconds(limit)} s`, hint, place: '' });
      });
    });
  } finally {
    if (timer !== undefined) clock.clear(timer);
    await worker.terminate();
  }
}
