/**
 * Stands in for the command line in tests of the rig: a role that serves nobody, says it is ready, and answers every
 * command with what it is; it has opened a tunnel more each time it is asked. usage: node fake-role-main.js ROLE --config FILE --with-parent
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [role = '', , file = ''] = process.argv.slice(2);
const config = JSON.parse(readFileSync(file, 'utf8')) as { front?: { port: number } };
const frontPort = config.front?.port === 0 ? 1001 : config.front?.port;
process.stdout.write(`${JSON.stringify({ ready: true, port: 1000, frontPort, tunnelPort: 1002 })}\n`);
let openTunnels = -1;
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  openTunnels += 1;
  const result = { role, pid: process.pid, told: JSON.parse(line) as unknown, openTunnels };
  process.stdout.write(`${JSON.stringify({ ok: true, result })}\n`);
});
lines.on('close', () => process.exit(0));
