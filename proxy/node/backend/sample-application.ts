import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import type { Random } from '../../host/random.ts';
import { ms } from '../../host/units.ts';
import { LiveClock } from '../clock.ts';
import { listenOn } from '../listen-on.ts';
import { answer } from './answers.ts';
import { type FaultMode, fateOf, type Latency } from './faults.ts';

export interface SampleOptions extends Latency {
  /** Shown on the pages. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Size of the answer to any path that is no page. */
  readonly responseBytes: number;
  readonly random: Random;
}

/** The sample application: an ordinary HTTP server that a proxy can publish and a harness can make fail. */
export interface SampleApplication {
  readonly port: number;
  readonly requests: number;
  /** Requests that a fault mode touched: delayed, failed or left without an answer. */
  readonly touched: number;
  /** Resolves once the mode holds: after `down` connections are refused. */
  setMode(mode: FaultMode): Promise<void>;
  close(): Promise<void>;
}

export async function startSampleApplication(options: SampleOptions): Promise<SampleApplication> {
  let mode: FaultMode = { kind: 'up' };
  let requests = 0;
  let touched = 0;
  const clock = new LiveClock();
  const sockets = new Set<Socket>();
  const echoes = new WebSocketServer({ noServer: true, maxPayload: 16 * 1024 * 1024 });
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    requests += 1;
    response.on('error', () => {});
    const fate = fateOf(mode, options, options.random);
    if (mode.kind === 'slow' || fate.status !== undefined || !fate.answers) touched += 1;
    if (!fate.answers) return;
    const go = (): void => {
      if (response.destroyed) return;
      if (fate.status === undefined) answer(options.name, options.responseBytes, request, response);
      else response.writeHead(fate.status, { 'content-type': 'text/plain' }).end(`${fate.status} as ordered\n`);
    };
    if (fate.delayMs <= 0) go();
    else {
      const timer = clock.timeout(ms(fate.delayMs), go);
      response.on('close', () => clock.clear(timer));
    }
  };
  const open = async (port: number): Promise<Server> => {
    // The connector keeps connections; the application must not be the one that closes them first.
    const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 0 }, serve);
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => {});
      if (mode.kind === 'hang') return;
      echoes.handleUpgrade(request, socket, head, (ws) => {
        ws.on('error', () => {});
        ws.on('message', (data, binary) => ws.send(data, { binary }));
      });
    });
    await listenOn(server, options.host, port);
    return server;
  };
  const shut = async (server: Server): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  let server: Server | undefined = await open(options.port);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    get requests() {
      return requests;
    },
    get touched() {
      return touched;
    },
    async setMode(next) {
      mode = next;
      if (next.kind === 'down' && server !== undefined) {
        const going = server;
        server = undefined;
        await shut(going);
      } else if (next.kind !== 'down') server ??= await open(port);
    },
    async close() {
      const going = server;
      server = undefined;
      if (going !== undefined) await shut(going);
    },
  };
}
