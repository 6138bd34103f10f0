import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OriginResult } from '../../../proxy/host/message.ts';
import { type Front, type FrontOptions, listenFront } from '../../../proxy/node/front/listen.ts';
import { type ClosableOrigin, createUndiciOrigin } from '../../../proxy/node/origin/undici-origin.ts';
import { exchange } from '../origins.ts';

/** Front and origin back to back: every request goes straight to one backend. The smallest whole live path. */
export interface PassThrough {
  readonly front: Front;
  readonly backend: Server;
  readonly url: string;
  /** What the origin said, request by request. */
  readonly results: OriginResult[];
  /** Reasons with which requests were cancelled. */
  readonly cancelled: string[];
  close(): Promise<void>;
}

export async function passThrough(
  listener: RequestListener,
  limits: FrontOptions['limits'] = {},
): Promise<PassThrough> {
  const backend = createServer(listener);
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const internalUrl = `http://127.0.0.1:${(backend.address() as AddressInfo).port}/`;
  const origin: ClosableOrigin = createUndiciOrigin();
  const results: OriginResult[] = [];
  const cancelled: string[] = [];
  const front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    ...(limits === undefined ? {} : { limits }),
    handler: async (request, cancel) => {
      cancel.onCancel((reason) => cancelled.push(reason));
      const result = await exchange(origin, internalUrl, request, cancel);
      results.push(result);
      return result.kind === 'answer' ? result.response : { status: 502, headers: [], body: undefined };
    },
  });
  return {
    front,
    backend,
    url: `http://127.0.0.1:${front.port}`,
    results,
    cancelled,
    async close() {
      await front.close();
      await origin.close();
      backend.closeAllConnections();
      await new Promise((resolve) => backend.close(resolve));
    },
  };
}

/** Resolves once `condition` holds, checked every few milliseconds; rejects after the deadline. */
export async function until(condition: () => boolean, what: string, deadlineMs = 10_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Resolves with the value once `read` gave the same positive number for 200 ms on end: what back-pressure has stopped. */
export async function stopped(read: () => number): Promise<number> {
  let last = read();
  let since = performance.now();
  await until(() => {
    const value = read();
    if (value !== last) since = performance.now();
    last = value;
    return value > 0 && performance.now() - since > 200;
  }, 'came to a stop');
  return last;
}
