import type { Duplex } from 'node:stream';
import { HoldfastError } from '../host/errors.ts';
import type { BodySource, Chunk, Pulled } from '../host/message.ts';

/** Gathered before the socket is told to wait. */
const highMark = 64 * 1024;

interface Waiting {
  readonly resolve: (chunk: Chunk | undefined) => void;
  readonly reject: (error: HoldfastError) => void;
}

/**
 * What arrives on a socket, as a pull source: upgraded connections on either side of the proxy. At most `highMark` bytes
 * (plus one read) wait in memory. Ends on FIN; rejects when the socket broke without one.
 */
export function socketBody(socket: Duplex): BodySource {
  const chunks: Chunk[] = [];
  let size = 0;
  let ended = false;
  let failure: HoldfastError | undefined;
  let waiting: Waiting | undefined;
  const take = (): Chunk | undefined => {
    const chunk = chunks.shift();
    if (chunk !== undefined) {
      size -= chunk.bytes;
      if (size < highMark && socket.isPaused() && failure === undefined) socket.resume();
    }
    return chunk;
  };
  const settle = (): void => {
    if (waiting === undefined) return;
    const chunk = take();
    if (chunk === undefined && !ended && failure === undefined) return;
    const { resolve, reject } = waiting;
    waiting = undefined;
    if (chunk !== undefined || failure === undefined) resolve(chunk);
    else reject(failure);
  };
  const broken = (): void => {
    if (ended || failure !== undefined) return;
    failure = new HoldfastError('ERR_STREAM_BROKEN', 'the connection broke without an orderly end');
    settle();
  };
  socket.on('data', (data: Buffer) => {
    if (failure !== undefined) return;
    chunks.push({ bytes: data.byteLength, data });
    size += data.byteLength;
    if (size >= highMark) socket.pause();
    settle();
  });
  socket.on('end', () => {
    ended = true;
    settle();
  });
  socket.on('error', broken);
  socket.on('close', broken);
  if (socket.destroyed) broken();
  return {
    pull(): Pulled {
      const chunk = take();
      if (chunk !== undefined) return chunk;
      if (ended) return undefined;
      if (failure !== undefined) return Promise.reject(failure);
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
      });
    },
    cancel(reason) {
      if (failure !== undefined) return;
      failure = new HoldfastError('ERR_STREAM_CANCELLED', reason);
      chunks.length = 0;
      socket.destroy();
      settle();
    },
  };
}
