import type { IncomingMessage } from 'node:http';
import { ms } from '../../host/units.ts';
import type { LiveClock } from '../clock.ts';

const lingerBytes = 1024 * 1024;
const lingerSpan = ms(1000);

/**
 * Reads and throws away what a client still sends after it was answered, so that closing does not reset the connection
 * under an answer it has not read yet (RFC 9112 9.6). Ends with the request, or after 1 MiB or 1 s.
 */
export function linger(request: IncomingMessage, clock: LiveClock): Promise<void> {
  if (request.complete || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let taken = 0;
    const settle = (): void => {
      clock.clear(timer);
      request.off('data', onData);
      request.off('end', settle);
      request.off('close', settle);
      request.pause();
      resolve();
    };
    const onData = (data: Buffer): void => {
      taken += data.byteLength;
      if (taken > lingerBytes) settle();
    };
    const timer = clock.timeout(lingerSpan, settle);
    request.on('data', onData);
    request.on('end', settle);
    request.on('close', settle);
    request.resume();
  });
}
