import type { Cancel } from './cancel.ts';
import type { Frame } from './frame.ts';
import { type Micros, seconds } from './units.ts';

/** A dial that has no connection by then is given up, in both worlds alike; the handshake of TLS counts. */
export const dialTimeout: Micros = seconds(3);

/** Why a connection ended. `fin`: orderly; `reset`: RST; `lost`: silence given up on; `protocol`: peer broke the rules; `internal`: a bug of ours. */
export type CloseCause = 'fin' | 'reset' | 'lost' | 'protocol' | 'local' | 'internal';

export interface CloseReason {
  readonly cause: CloseCause;
  readonly detail: string;
}

/**
 * An ordered, reliable-until-broken connection of frames, push style. Frames sent in one turn arrive in one delivery.
 */
export interface Conn {
  /** The other end as the transport knows it: an address, or the verified certificate name when there is one. */
  readonly peer: PeerIdentity;
  /** True where frames become bytes: heads are then checked for characters that must not travel. */
  readonly carriesBytes?: boolean;
  /** Queues a frame. False: the queue is above its mark, wait for onDrain before bulk data (control frames may go on). */
  send(frame: Frame): boolean;
  onFrame(fn: (frame: Frame) => void): void;
  onDrain(fn: () => void): void;
  /** Once, when the connection ended, whoever ended it. */
  onClose(fn: (reason: CloseReason) => void): void;
  /** Ends it: what was sent before is flushed first when cause is fin. */
  close(reason: CloseReason): void;
}

export interface PeerIdentity {
  readonly address: string;
  /** Verified subject (connector id) from the client certificate; undefined where there is no mutual TLS (virtual: as configured). */
  readonly certificateName: string | undefined;
}

export interface Listener {
  /** The address actually bound (port 0 resolved). */
  readonly address: string;
  close(): Promise<void>;
}

/** Addresses are opaque to parts: live `host:port`, virtual a part's name. */
export interface Transport {
  /** Rejects with ERR_DIAL (refused, unreachable, timed out, certificate) or when `cancel` trips. */
  dial(address: string, cancel?: Cancel): Promise<Conn>;
  listen(address: string, onConn: (conn: Conn) => void): Promise<Listener>;
}
