/** Run as a command line or as a worker by drain.test.ts: prints or posts what deepChains found. */
import { parentPort } from 'node:worker_threads';
import { runTurns } from '../../../sim/virtual/drain.ts';
import { deepChains } from './deep-chains.ts';

const method = process.argv.includes('immediates') ? 'immediates' : 'auto';
if (process.argv.includes('throwing')) {
  let steps = 0;
  await runTurns(() => {
    steps += 1;
    if (steps === 3) {
      process.nextTick(() => {
        throw new Error('thrown in a tick');
      });
    }
    return steps < 10;
  }, method);
}
const found = await deepChains(method);
if (parentPort === null) console.log(JSON.stringify(found));
else parentPort.postMessage(found);
