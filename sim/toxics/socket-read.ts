import net, { type OnReadOpts } from 'node:net';

/**
 * What is read at once, as Node does. Four times as much takes a fifth less processor time for bulk, and four times the
 * memory of every connection that once moved much.
 */
const READ_BYTES = 64 * 1024;

/** Reads up to this are copied, always: a buffer of the socket's own would cost more. */
const COPIED_BYTES = 8 * 1024;

/** One buffer for all sockets that move little. */
const SHARED = Buffer.allocUnsafeSlow(READ_BYTES);

/** Buffers of sockets that move little again, for those that begin to move much. */
const spare: Buffer<ArrayBuffer>[] = [];
const MOST_SPARE = 16;

/** On Windows a read owns its buffer while it waits, so nothing can be shared there. */
const CAN_SHARE = process.platform !== 'win32';

/** Who takes what a socket reads. */
export interface Reader {
  /** True: what comes next will be in use after `take` returned. Then it gets memory of exactly its size. */
  keeps(): boolean;
  /** Returns true when the bytes are in use after the call all the same; otherwise the next read overwrites them. */
  take(bytes: Buffer): boolean;
}

/**
 * Reads without the stream machinery and, where the receiver takes everything at once, without an allocation: a socket
 * that moves much reads into a buffer of its own again and again, one that moves little into one that all share.
 */
export function readInto(reader: Reader): OnReadOpts {
  let current = CAN_SHARE ? SHARED : Buffer.allocUnsafeSlow(READ_BYTES);
  let given = false;
  let much = !CAN_SHARE;
  return {
    buffer() {
      const own = current !== SHARED && !given;
      if (much && !own) current = spare.pop() ?? Buffer.allocUnsafeSlow(READ_BYTES);
      else if (!much) {
        if (own && spare.length < MOST_SPARE) spare.push(current);
        current = SHARED;
      }
      given = false;
      return current;
    },
    callback(length) {
      much = length > COPIED_BYTES || !CAN_SHARE;
      const bytes = current.subarray(0, length);
      if (length <= COPIED_BYTES || current === SHARED || reader.keeps()) reader.take(Buffer.from(bytes));
      else given = reader.take(bytes);
      return true;
    },
  };
}

/** What Node's own server hands a socket it makes. */
interface FromHandle extends net.SocketConstructorOpts {
  readonly handle: object;
  readonly pauseOnCreate: true;
  readonly onread: OnReadOpts;
}

/**
 * A client as a server accepted it, paused, that reads like a socket one dials; it stays paused. Node takes `onread` only for
 * sockets one makes oneself, so a new socket gets the handle of the accepted one. Not documented (tested on Node 20 and 24):
 * where the handle is not as expected the accepted socket reads as always, with a buffer allocated for every read.
 */
export function acceptedSocket(accepted: net.Socket, reader: Reader): net.Socket {
  const bare = accepted as net.Socket & { _handle?: { useUserBuffer?: unknown } | null };
  const handle = bare._handle;
  if (typeof handle?.useUserBuffer !== 'function') {
    // A listener does not start a socket that was paused by name.
    return accepted.pause().on('data', (bytes: Buffer) => void reader.take(bytes));
  }
  bare._handle = null;
  // Only what is left of it: the connection lives in the handle.
  accepted.destroy();
  const options: FromHandle = { handle, pauseOnCreate: true, allowHalfOpen: true, onread: readInto(reader) };
  return new net.Socket(options);
}
