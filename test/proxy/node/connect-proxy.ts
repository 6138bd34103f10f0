import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** An HTTP proxy that lets CONNECT through, to this machine whatever host is asked for. */
export interface ConnectProxy {
  readonly address: string;
  /** What was asked for, oldest first. */
  readonly asked: string[];
  /** Answer 403 from now on. */
  refusing: boolean;
  close(): void;
}

/** Both ways, and to the end: a pipe stops reading where its other end is gone, and would never see its own peer leave. */
export function joined(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one);
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => {});
    from.on('close', () => to.destroy());
  }
}

export async function connectProxy(): Promise<ConnectProxy> {
  const server = createServer();
  const asked: string[] = [];
  const proxy = {
    address: '',
    asked,
    refusing: false,
    close: () => void server.close(),
  };
  server.on('connect', (request, client: Socket) => {
    asked.push(request.url ?? '');
    client.on('error', () => {});
    if (proxy.refusing) {
      client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const port = Number(request.url?.split(':').at(-1));
    const onward = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\nX-Proxy: yes\r\n\r\n');
    });
    joined(client, onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return proxy;
}
