import type { CloseReason, PeerIdentity } from '../../host/transport.ts';

/** An ordered byte connection, push style: what a socket offers to the frame codec above it. */
export interface ByteStream {
  readonly peer: PeerIdentity;
  /** False: above the mark, wait for onDrain before bulk data. The bytes must not change afterwards. */
  write(bytes: Uint8Array): boolean;
  onBytes(fn: (bytes: Uint8Array) => void): void;
  onDrain(fn: () => void): void;
  /** Once, when the connection ended, whoever ended it. */
  onClose(fn: (reason: CloseReason) => void): void;
  close(reason: CloseReason): void;
}
