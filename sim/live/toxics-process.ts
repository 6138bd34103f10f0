/**
 * The embedded fault server as a process of a live run: prints {"ready":true,"url":…}, ends when standard input closes.
 * A process of its own, so that neither the harness nor the roles can delay a fault.
 */
import { startToxicServer } from '../toxics/index.ts';

const server = await startToxicServer({
  host: '127.0.0.1',
  port: 0,
  seed: process.argv[2] ?? '0',
  metrics: { proxy: true, runtime: false },
});
process.stdin.resume();
process.stdin.once('close', () => process.exit(0));
process.once('SIGTERM', () => {
  void server.close().then(() => process.exit(0));
});
process.stdout.write(`${JSON.stringify({ ready: true, url: server.url })}\n`);
