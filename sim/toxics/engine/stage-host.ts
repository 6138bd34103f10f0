import type { Toxic } from '../toxic.ts';
import type { CallHost } from './stage-calls.ts';

/** What a stage needs from the link and the connection around it. */
export interface StageHost extends CallHost {
  /** What the link may still hand on in this turn of the loop: bytes, where a small piece costs `PIECE_BYTES`. */
  credit: number;
  close(): void;
  reply(bytes: Uint8Array): void;
  abandonSender(): void;
  /** A toxic swallowed the ending: it will never come out. */
  swallowed(): void;
  /** The toxic did something to this connection for the first time. */
  hit(toxic: Toxic): void;
}
