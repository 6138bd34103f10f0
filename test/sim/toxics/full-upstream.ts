import { type ChildProcess, spawn } from 'node:child_process';
import net from 'node:net';
import { afterwards, within } from './sockets.ts';

/**
 * An upstream whose connection attempts hang: it listens with a short backlog, never accepts (its process is busy for
 * ever), and the backlog is filled, so the kernel drops further SYNs.
 */
export async function fullUpstream(): Promise<{ address: string }> {
  const script = `const s = require('net').createServer();
s.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => { process.stdout.write(s.address().port + '\\n', () => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); }); });`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  afterwards(() => {
    child.kill('SIGKILL');
  });
  const port = await within(5_000, 'port of the full upstream', firstNumber(child));
  const fillers: net.Socket[] = [];
  afterwards(() => {
    for (const filler of fillers) filler.destroy();
  });
  for (let i = 0; i < 8; i++) fillers.push(net.connect({ port, host: '127.0.0.1' }).on('error', () => undefined));
  return { address: `127.0.0.1:${port}` };
}

function firstNumber(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.stdout?.once('data', (line: Buffer) => resolve(Number(line.toString())));
  });
}
