import { scenarioDigest } from '../../plan/digest.ts';
import type { Scenario } from '../../plan/scenario.ts';
import { readRun } from '../../store/run-folder.ts';
import { exitCodes } from '../exit-codes.ts';
import { onInterrupt } from '../interrupt.ts';
import { ProgressLine } from '../progress.ts';
import { runScenario } from '../run-scenario.ts';

/** Runs a stored result again from its own record and compares event hashes. Live runs are repeated, not reproduced. */
export async function replay(folder: string): Promise<number> {
  const { record, result } = await readRun(folder);
  const scenario = record.scenario as Scenario;
  const progress = new ProgressLine(false);
  const interrupt = onInterrupt();
  try {
    const again = await runScenario(scenario, {
      file: record.file,
      engine: record.engine,
      seed: record.seed,
      workers: undefined,
      toxiproxy: undefined,
      interrupted: interrupt.signal,
      onProgress: (unit, done, total, doing) => progress.show(unit, done, total, doing),
    });
    progress.end();
    const identical = again.result.eventHash === result.eventHash;
    const print = (line: string): void => void process.stdout.write(`${line}\n`);
    print(`${result.scenario.name}   seed ${record.seed}   scenario ${scenarioDigest(scenario).slice(0, 12)}`);
    print(`recorded  ${result.eventHash}  ${result.verdict}`);
    print(`replayed  ${again.result.eventHash}  ${again.result.verdict}`);
    if (record.engine === 'live') {
      print('a live run has real time in it: the plan was repeated, its events are not expected to be identical');
      return again.result.verdict === result.verdict ? exitCodes.met : exitCodes.inconclusive;
    }
    print(`identical to the recorded run: ${identical ? 'yes' : 'no'}`);
    return identical ? exitCodes.met : exitCodes.missed;
  } finally {
    progress.end();
    interrupt.done();
  }
}
