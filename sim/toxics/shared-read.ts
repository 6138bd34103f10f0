import type { OnReadOpts } from 'node:net';

const READ_BYTES = 64 * 1024;

/** One buffer for all sockets: a read fills it and its bytes are copied out before the loop goes on to the next read. */
const SHARED = Buffer.allocUnsafeSlow(READ_BYTES);

/** On Windows a read owns its buffer while it waits, so there each socket has one of its own. */
function readBuffer(): Buffer {
  return process.platform === 'win32' ? Buffer.allocUnsafeSlow(READ_BYTES) : SHARED;
}

/**
 * Reads without the stream machinery and without 64 KiB allocated for every few hundred bytes that come.
 * Only for sockets we dial: Node takes the option nowhere else.
 */
export function sharedRead(take: (bytes: Buffer) => void): OnReadOpts {
  const buffer = readBuffer();
  return {
    buffer,
    callback(length) {
      const bytes = Buffer.allocUnsafe(length);
      buffer.copy(bytes, 0, 0, length);
      take(bytes);
      return true;
    },
  };
}
