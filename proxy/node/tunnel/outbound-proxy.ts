import { connect, type Socket } from 'node:net';
import { HoldfastError } from '../../host/errors.ts';
import { formatAddress, type HostPort, parseAddress } from './address.ts';

const longestHead = 8 * 1024;

/** What the proxy said, when it was not 2xx; the dialler turns it into ERR_DIAL. */
function refusedBy(proxy: string, detail: string): HoldfastError {
  return new HoldfastError('ERR_OUTBOUND_PROXY', `outbound proxy ${proxy}: ${detail}`, {
    facts: { proxy, detail },
    hint: 'Check outboundProxy: an HTTP proxy at host:port that lets CONNECT through to the service.',
  });
}

/**
 * Opens a connection to `target` through an HTTP proxy with CONNECT (RFC 9110 9.3.6), for sites where nothing else leads
 * out. The socket is paused, with nothing read beyond the proxy's answer. Rejects when the proxy cannot or will not.
 */
export function connectThrough(proxy: string, target: HostPort, deadlineMs: number): Promise<Socket> {
  const wanted = formatAddress(target.host, target.port);
  return new Promise((resolve, reject) => {
    const socket = connect({ ...parseAddress(proxy), noDelay: true });
    let head = Buffer.alloc(0);
    const settle = (error: Error | undefined): void => {
      clearTimeout(timer);
      socket.off('data', onData);
      socket.off('error', failed);
      socket.off('close', closed);
      socket.pause();
      if (error === undefined) resolve(socket);
      else {
        socket.on('error', () => {});
        socket.destroy();
        reject(error);
      }
    };
    const failed = (error: NodeJS.ErrnoException): void => settle(refusedBy(proxy, error.code ?? error.message));
    const closed = (): void => settle(refusedBy(proxy, 'closed without an answer'));
    const onData = (data: Buffer): void => {
      head = Buffer.concat([head, data]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) {
        if (head.length > longestHead) settle(refusedBy(proxy, 'answer without an end'));
        return;
      }
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(head.toString('latin1', 0, end))?.[1];
      if (status === undefined || !status.startsWith('2')) {
        settle(refusedBy(proxy, `status ${status ?? 'unreadable'}`));
        return;
      }
      const rest = head.subarray(end + 4);
      settle(undefined);
      if (rest.length > 0) socket.unshift(rest);
    };
    const timer = setTimeout(() => settle(refusedBy(proxy, 'no answer in time')), deadlineMs);
    socket.on('error', failed);
    socket.on('close', closed);
    socket.on('data', onData);
    socket.once('connect', () => socket.write(`CONNECT ${wanted} HTTP/1.1\r\nHost: ${wanted}\r\n\r\n`));
  });
}
