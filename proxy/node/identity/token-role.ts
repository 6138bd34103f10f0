import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { listenOn } from '../listen-on.ts';
import { TokenCommands } from './token-commands.ts';
import { parseTokenServiceConfig } from './token-config.ts';
import { startTokenService } from './token-service.ts';

export interface TokenRoleOptions {
  /** End when standard input closes, so that nothing outlives a harness that was killed. */
  readonly withParent: boolean;
}

/**
 * Runs the token service in this process until SIGTERM, SIGINT, or the end of standard input (`withParent`). Prints one ready line,
 * `{"ready":true,"port":…,"issuer":…,"controlPort":…}`. With a parent every line of standard input is a command (see
 * token-commands.ts), answered by `{"ack":true|false,…}`; its member `id`, if given, comes back. Resolves with the exit code.
 * @throws HoldfastError ERR_TOKEN_CONFIG, ERR_PORT_IN_USE, ERR_LISTEN, ERR_KEYS_FILE
 */
export async function runTokenServiceRole(config: unknown, options: TokenRoleOptions): Promise<number> {
  const parsed = parseTokenServiceConfig(config);
  const service = await startTokenService(parsed);
  const commands = new TokenCommands(service);
  const control = parsed.controlPort === undefined ? undefined : await controlServer(commands, parsed.controlPort);
  const ended = untilToldToEnd(options.withParent, commands);
  const { port, issuer } = service;
  const ready = { ready: true, port, issuer, ...(control === undefined ? {} : { controlPort: control.port }) };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  await ended;
  await control?.close();
  await service.close();
  return 0;
}

function untilToldToEnd(withParent: boolean, commands: TokenCommands): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
    if (!withParent) return;
    const lines = createInterface({ input: process.stdin });
    lines.on('line', (line) => void answerLine(line, commands));
    lines.on('close', () => resolve());
  });
}

async function answerLine(line: string, commands: TokenCommands): Promise<void> {
  if (line.trim() === '' || line.length > 10_000) return;
  const message = readMessage(line);
  const { id, ...told } = message ?? {};
  const answer = message === undefined ? { ok: false, problem: 'not JSON' } : await commands.obey(told);
  const { ok, ...rest } = answer;
  process.stdout.write(`${JSON.stringify({ ack: ok, ...(id === undefined ? {} : { id }), ...rest })}\n`);
}

function readMessage(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The same commands over HTTP, on loopback only: `POST /` with a JSON body; 200 obeyed, 400 not. */
async function controlServer(
  commands: TokenCommands,
  port: number,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const finish = (status: number, answer: object): void => {
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
      response.end(`${JSON.stringify(answer)}\n`);
    };
    // A page in a browser cannot send this media type across origins without asking first, and nobody answers it.
    const type = request.headers['content-type'] ?? '';
    if (request.method !== 'POST' || !/^application\/json\b/i.test(type)) return finish(405, { ok: false });
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
      if (text.length > 10_000) request.destroy();
    });
    request.on('end', () => {
      void commands.obey(readMessage(text)).then((answer) => finish(answer.ok ? 200 : 400, answer));
    });
  });
  await listenOn(server, '127.0.0.1', port);
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { port: (server.address() as AddressInfo).port, close };
}
