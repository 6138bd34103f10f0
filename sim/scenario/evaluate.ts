/**
 * An edge: runs a TypeScript or JavaScript scenario in a thread of its own, under a time limit. That limit is of the real
 * clock, not of a Host's: it holds a real thread that may loop, before there is a plan or a world to have a Host in.
 */
import { Worker } from 'node:worker_threads';
import { HoldfastError } from '../../proxy/host/errors.ts';
import type { Scenario } from '../plan/scenario.ts';
import type { Evaluated, ModuleToEvaluate } from './evaluate-worker.ts';
import { ScenarioError } from './problem.ts';

/** A scenario is data that is written down by a program: seconds are more than it needs. */
const mostSeconds = 30;

/**
 * The scenario that a module exports. The module cannot end this process, and not hang it either.
 * @throws ScenarioError for what is wrong in it; HoldfastError ERR_SCENARIO_FILE when it throws, ends its thread, or takes
 * longer than `limitSeconds`
 */
export async function evaluateModule(module: ModuleToEvaluate, limitSeconds = mostSeconds): Promise<Scenario> {
  const end = await endOf(module, limitSeconds);
  if ('scenario' in end) return end.scenario;
  if ('problems' in end) throw new ScenarioError(module.shown, end.problems);
  throw new HoldfastError('ERR_SCENARIO_FILE', `cannot load ${module.shown}: ${end.reason}`, {
    facts: { file: module.shown },
    hint: end.hint,
  });
}

async function endOf(module: ModuleToEvaluate, limitSeconds: number): Promise<Evaluated> {
  const own = `./evaluate-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`;
  const worker = new Worker(new URL(own, import.meta.url), { workerData: module });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Evaluated>((resolve) => {
      worker.once('message', resolve);
      worker.once('error', (error) => resolve({ reason: error.message, hint: 'correct what it throws' }));
      worker.once('exit', () => {
        const hint = 'take the process.exit out: a scenario only exports data';
        resolve({ reason: 'it ended its process instead of exporting a scenario', hint });
      });
      timer = setTimeout(() => {
        const hint = 'look for a loop or a promise that never ends';
        resolve({ reason: `it did not end within ${limitSeconds} s`, hint });
      }, limitSeconds * 1000);
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
