import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startToxicServer } from '../../../sim/toxics/index.ts';
import { freePort } from '../../free-port.ts';
import { afterwards, delay, within } from './sockets.ts';

/** An HTTP answer down to its bytes. */
export interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers of a foreign API are looked into freely by tests
  readonly json: any;
}

/** A server under test: the embedded one or the real one. */
export interface Target {
  readonly kind: 'embedded' | 'real';
  readonly url: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
}

/** One HTTP request on a connection of its own; a string body is sent as it is. */
export function request(
  base: string,
  method: string,
  target: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const { hostname, port } = new URL(base);
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const answer = new Promise<Reply>((resolve, reject) => {
    const length = text === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(text)) };
    const outgoing = http.request(
      { hostname, port, method, path: target, agent: false, headers: { ...length, ...headers } },
      (response) => {
        let received = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          received += part;
        });
        response.on('end', () => {
          let json: unknown;
          try {
            json = JSON.parse(received);
          } catch {
            json = undefined;
          }
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: received, json });
        });
        response.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(text);
  });
  return within(10_000, `${method} ${target}`, answer);
}

function makeTarget(kind: Target['kind'], url: string): Target {
  return { kind, url, call: (method, target, body, headers) => request(url, method, target, body, headers) };
}

/** The embedded server inside this process. */
export async function embedded(dialTimeoutMs = 2_000): Promise<Target & { close(): Promise<void> }> {
  const server = await startToxicServer({ seed: 'rows', bodyTimeoutMs: 400, dialTimeoutMs });
  return { ...makeTarget('embedded', server.url), close: () => server.close() };
}

/** Where the real server is: TOXIPROXY_URL, the program TOXIPROXY_BIN, or toxiproxy-server on the PATH. */
export function realServer(): { url: string } | { program: string } | undefined {
  const { TOXIPROXY_URL, TOXIPROXY_BIN, PATH } = process.env;
  if (TOXIPROXY_URL !== undefined && TOXIPROXY_URL !== '') return { url: TOXIPROXY_URL };
  if (TOXIPROXY_BIN !== undefined && TOXIPROXY_BIN !== '') return { program: TOXIPROXY_BIN };
  const found = (PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'toxiproxy-server'))
    .find((program) => existsSync(program));
  return found === undefined ? undefined : { program: found };
}

/** The real server, started when it is a program; `close` ends it. */
export async function real(): Promise<(Target & { close(): Promise<void> }) | undefined> {
  const where = realServer();
  if (where === undefined) return undefined;
  if ('url' in where) return { ...makeTarget('real', where.url), close: () => Promise.resolve() };
  const port = await freePort();
  const child = start(where.program, ['-host', '127.0.0.1', '-port', String(port)]);
  const target = makeTarget('real', `http://127.0.0.1:${port}`);
  await answering(target);
  return { ...target, close: () => stop(child) };
}

const commandFile = path.join(path.dirname(fileURLToPath(import.meta.url)), 'command-main.js');

/** The server as a command with these options, or undefined where the real one is only a URL. */
export function command(kind: Target['kind'], args: string[], env: Record<string, string> = {}): Command | undefined {
  if (kind === 'embedded') return new Command(start(process.execPath, [commandFile, ...args], env));
  const where = realServer();
  return where !== undefined && 'program' in where ? new Command(start(where.program, args, env)) : undefined;
}

/** A server process and what it printed. */
export class Command {
  readonly child: ChildProcess;
  output = '';

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.on('data', (part: Buffer) => {
      this.output += part.toString();
    });
    child.stderr?.on('data', (part: Buffer) => {
      this.output += part.toString();
    });
    afterwards(() => stop(child));
  }

  /** Waits until it has printed what fits. */
  async printed(pattern: RegExp): Promise<void> {
    for (let attempt = 0; attempt < 100 && !pattern.test(this.output); attempt++) await delay(50);
    if (!pattern.test(this.output)) throw new Error(`not printed: ${pattern}, but ${this.output}`);
  }

  async exit(): Promise<number | null> {
    if (this.child.exitCode === null) await within(5_000, 'exit of the command', once(this.child, 'close'));
    return this.child.exitCode;
  }
}

function start(program: string, args: string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LOG_LEVEL: 'error', ...env },
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Waits until a server that was just started answers; a process on a busy machine may take seconds to start. */
export async function answering(target: { url: string }): Promise<Target> {
  const found = makeTarget('embedded', target.url);
  for (let attempt = 0; attempt < 400; attempt++) {
    try {
      await found.call('GET', '/version');
      return found;
    } catch {
      await delay(50);
    }
  }
  throw new Error(`nothing answers at ${target.url}`);
}
