import type { OnReadOpts } from 'node:net';

const READ_BYTES = 64 * 1024;

/** Reads above this are handed on in their own buffer: copying them would cost more than a new buffer does. */
const COPIED_BYTES = 8 * 1024;

/** One buffer for all sockets: small reads are copied out before the loop goes on to the next read. */
const SHARED = Buffer.allocUnsafeSlow(READ_BYTES);

/** On Windows a read owns its buffer while it waits, so nothing can be shared there. */
const CAN_SHARE = process.platform !== 'win32';

/**
 * Reads without the stream machinery, and without 64 KiB allocated for every few hundred bytes that come. A socket that
 * moves much gets buffers of its own, one that moves little reads into the shared one.
 * Only for sockets we dial: Node takes the option nowhere else.
 */
export function sharedRead(take: (bytes: Buffer) => void): OnReadOpts {
  let current = CAN_SHARE ? SHARED : Buffer.allocUnsafeSlow(READ_BYTES);
  let given = false;
  let much = false;
  return {
    buffer() {
      if (much && (given || current === SHARED)) current = Buffer.allocUnsafeSlow(READ_BYTES);
      else if (!much && CAN_SHARE) current = SHARED;
      else if (given) current = Buffer.allocUnsafeSlow(READ_BYTES);
      given = false;
      return current;
    },
    callback(length) {
      much = length > COPIED_BYTES;
      given = much && current !== SHARED;
      take(given ? current.subarray(0, length) : Buffer.from(current.subarray(0, length)));
      return true;
    },
  };
}
