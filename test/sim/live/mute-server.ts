import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A server that takes connections and says nothing, as a frozen Toxiproxy does. */
export interface MuteServer {
  readonly url: string;
  /** Resolves once somebody has sent something. */
  readonly heard: Promise<void>;
  close(): Promise<void>;
}

export async function muteServer(): Promise<MuteServer> {
  const sockets = new Set<Socket>();
  let said = (): void => {};
  const heard = new Promise<void>((resolve) => {
    said = resolve;
  });
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => said());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
