import type { Clock } from './clock.ts';
import type { Random } from './random.ts';
import type { Transport } from './transport.ts';

/** Key-value memory that survives a crash of the part (its disk). Synchronous; small values only. */
export interface DurableStore {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  delete(key: string): void;
}

/**
 * Synchronous cryptography. Live: node:crypto (AES-256-GCM, HMAC-SHA-256). Virtual: a keyed stand-in that refuses
 * tampering. Text in, text out (base64url), so values fit cookies and URLs.
 */
export interface Crypto {
  /** Authenticated encryption of `text` under the named key; `context` is bound in (associated data). */
  seal(key: string, context: string, text: string): string;
  /** The sealed text, or undefined when tampered with, sealed under another key or another context. */
  open(key: string, context: string, sealed: string): string | undefined;
  sign(key: string, text: string): string;
  verify(key: string, text: string, signature: string): boolean;
  /** Unguessable, base64url, `bytes` of entropy; for ids, state, nonces and one-time tokens. */
  randomId(bytes: number): string;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Structured events. Names are dotted nouns (`tunnel.open`, `request.done`). The history is built from these. */
export interface Log {
  event(level: LogLevel, name: string, facts: Readonly<Record<string, string | number | boolean>>): void;
  /** False: debug facts need not even be built. */
  readonly debugEnabled: boolean;
}

/** What a part of the proxy may touch, and nothing else. A crash drops the Host whole; a restart calls main again with the same store. */
export interface Host {
  /** Name of the part this host carries, unique in the run: `connector/paris/1`, `service/eu/2`, … */
  readonly id: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly net: Transport;
  readonly store: DurableStore;
  readonly crypto: Crypto;
  readonly log: Log;
}
