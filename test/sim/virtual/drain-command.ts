/** Run as a command line or as a worker by drain.test.ts: prints or posts what deepChains found. */
import { parentPort } from 'node:worker_threads';
import { deepChains } from './deep-chains.ts';

const method = process.argv.includes('immediates') ? 'immediates' : 'auto';
const found = await deepChains(method);
if (parentPort === null) console.log(JSON.stringify(found));
else parentPort.postMessage(found);
