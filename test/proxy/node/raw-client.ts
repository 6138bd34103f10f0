import { connect, type Socket } from 'node:net';

/** Sends raw bytes and resolves with everything that came back until the peer closed, or `enough` said so. */
export function rawExchange(
  port: number,
  input: string,
  enough: (text: string) => boolean = () => false,
  deadlineMs = 10_000,
): Promise<{ readonly text: string; readonly closed: boolean }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    let text = '';
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no end within ${deadlineMs} ms; got ${JSON.stringify(text)}`));
    }, deadlineMs);
    const settle = (closed: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ text, closed });
    };
    socket.setEncoding('latin1');
    socket.on('connect', () => socket.write(Buffer.from(input, 'latin1')));
    socket.on('data', (data: string) => {
      text += data;
      if (enough(text)) settle(false);
    });
    socket.on('error', () => {});
    socket.on('close', () => settle(true));
  });
}

/** Status codes of the answers in a raw text. */
export function statuses(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3})/gm)].map((match) => Number(match[1]));
}

export function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port }, () => resolve(socket));
    socket.once('error', reject);
  });
}
