import type { CloseReason } from '../host/transport.ts';

/**
 * What a byte connection puts its frames on: a TLS socket live, a seeded line in virtual time. Handlers are set once,
 * before the first byte arrives.
 */
export interface ByteStream {
  /** Queues bytes, which the stream may keep without copying. False: wait for onDrain before bulk data. */
  write(bytes: Uint8Array): boolean;
  /** The pieces in order, cut anywhere; the receiver keeps views on them, so they must not be written on afterwards. */
  onBytes(fn: (bytes: Uint8Array) => void): void;
  onDrain(fn: () => void): void;
  /** Once, when it ended, whoever ended it. */
  onClose(fn: (reason: CloseReason) => void): void;
  /** Ends it; what was written before is flushed first unless the cause is `reset`. Closing twice is harmless. */
  close(reason: CloseReason): void;
}
