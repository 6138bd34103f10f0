import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listenOn } from '../listen-on.ts';
import { type ConfigSource, readConfig } from '../roles/read-config.ts';
import { type RoleOptions, type RunningRole, runRole } from '../roles/run-role.ts';
import { TokenCommands } from './token-commands.ts';
import { tokenServiceSchema } from './token-config.ts';

/** Runs the token service as a process until it is told to end. The ready line has `port`, `issuer`, and `controlPort`. */
export function runTokenServiceRole(source: ConfigSource, options: RoleOptions = {}): Promise<number> {
  return runRole(() => startTokenServiceRole(source), options);
}

/** Starts the token service in this process. ERR_CONFIG, ERR_FILE, ERR_CERTIFICATE, ERR_PORT_IN_USE, ERR_LISTEN, ERR_KEYS_FILE. */
export async function startTokenServiceRole(source: ConfigSource): Promise<RunningRole> {
  const { config, credential, path } = readConfig(tokenServiceSchema, source);
  const { tls, keysFile } = config;
  // Loaded only by who runs it: oidc-provider costs every other role its start and prints what it thinks of the runtime.
  const { startTokenService } = await import('./token-service.ts');
  const service = await startTokenService({
    ...config,
    tls: tls && credential(tls, 'token service'),
    keysFile: keysFile && path(keysFile),
  });
  const commands = new TokenCommands(service);
  let control: Control | undefined;
  try {
    if (config.controlPort !== undefined) control = await controlServer(commands, config.controlPort);
  } catch (error) {
    await service.close();
    throw error;
  }
  const close = async (): Promise<void> => {
    await control?.close();
    await service.close();
  };
  return {
    ready: {
      role: 'token-service',
      id: 'token-service',
      port: service.port,
      issuer: service.issuer,
      ...(control === undefined ? {} : { controlPort: control.port }),
    },
    async drain() {
      await service.drain();
      await close();
    },
    stop: close,
    command: (message) => commands.obey(message),
  };
}

interface Control {
  readonly port: number;
  close(): Promise<void>;
}

const mostBytes = 10_000;

/** The same commands over HTTP, on loopback only: `POST /` with a JSON body; 200 obeyed, 400 not. */
async function controlServer(commands: TokenCommands, port: number): Promise<Control> {
  const server = createServer((request, response) => {
    const finish = (status: number, text: string): void => {
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(`${text}\n`);
    };
    // A page in a browser cannot send this media type to another origin without asking first, and nobody answers it.
    const type = request.headers['content-type'] ?? '';
    if (request.method !== 'POST' || !/^application\/json\b/i.test(type)) return finish(405, '{"refused":"POST JSON"}');
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
      if (text.length > mostBytes) request.destroy();
    });
    request.on('end', () => {
      const obeyed = (async () => commands.obey(JSON.parse(text)))();
      obeyed.then(
        (result) => finish(200, JSON.stringify({ ok: true, result })),
        (error: Error) => finish(400, JSON.stringify({ refused: error.message })),
      );
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
