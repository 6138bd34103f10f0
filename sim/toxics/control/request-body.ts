import type { IncomingMessage } from 'node:http';
import { ToxicsError } from './toxics-error.ts';

/** Largest body the control API reads: thousands of proxies in one populate, yet read within the blink of an eye. */
const MAX_BODY_BYTES = 1024 * 1024;

/** The body did not arrive in time: the answer is 503 without a body, as the real server gives. */
export class BodyStalled extends Error {}

/**
 * Reads a request's body as text.
 * @throws ToxicsError 413 beyond {@link MAX_BODY_BYTES}; BodyStalled after `limitMs`.
 */
export function readBody(request: IncomingMessage, limitMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => finish(new BodyStalled()), limitMs);
    const finish = (error?: Error): void => {
      clearTimeout(timer);
      request.off('data', take);
      if (error === undefined) resolve(Buffer.concat(parts).toString('utf8'));
      else reject(error);
    };
    const take = (part: Buffer): void => {
      size += part.length;
      parts.push(part);
      if (size > MAX_BODY_BYTES) {
        request.resume();
        finish(new ToxicsError(413, `request body is larger than ${MAX_BODY_BYTES} bytes`));
      }
    };
    request.on('data', take);
    request.once('end', () => finish());
    request.once('error', (error) => finish(error));
    request.once('close', () => finish(request.complete ? undefined : new BodyStalled()));
  });
}
