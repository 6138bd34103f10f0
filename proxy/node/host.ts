import type { DurableStore, Host, LogLevel } from '../host/host.ts';
import { seededRandom } from '../host/random.ts';
import type { Transport } from '../host/transport.ts';
import { LiveClock } from './clock.ts';
import { nodeCrypto } from './crypto.ts';
import { fileStore, memoryStore } from './durable-store.ts';
import { jsonLog, type LineSink, streamSink } from './json-log.ts';

export interface NodeHostOptions {
  /** Name of the part, unique in the run. */
  readonly id: string;
  readonly net: Transport;
  /** A file: survives the process. A DurableStore: as it is. Default: memory. */
  readonly store?: string | DurableStore;
  /** Seed of the part's chance; default unguessable. Secrets never come from it. */
  readonly seed?: string | number;
  /** Secret behind all named keys, ≥ 128 bits; instances that share sessions share it. Default: unguessable, this process only. */
  readonly secret?: string;
  /** Default: standard error, so standard output stays for what a command answers. */
  readonly logTo?: LineSink;
  /** Default info. */
  readonly logLevel?: LogLevel;
  /** Epoch milliseconds of this part's wall clock, for skew; default Date.now. */
  readonly wall?: () => number;
}

/** The live Host plus what its owner needs at the end. */
export interface NodeHost extends Host {
  /** Writes out gathered log lines. */
  flush(): void;
  /** Drops every pending timer, closes the store, flushes the log. Nothing of the part runs on its own afterwards. */
  stop(): void;
}

/** The Host of a real process: Node's clock, timers, crypto, files and sockets behind the seam. */
export function createNodeHost(options: NodeHostOptions): NodeHost {
  const clock = new LiveClock(options.wall);
  const crypto = nodeCrypto(options.secret);
  const file = typeof options.store === 'string' ? fileStore(options.store) : undefined;
  const log = jsonLog({
    part: options.id,
    clock,
    sink: options.logTo ?? streamSink(process.stderr),
    level: options.logLevel ?? 'info',
  });
  return {
    id: options.id,
    clock,
    crypto,
    random: seededRandom(options.seed ?? crypto.randomId(16)).fork(options.id),
    net: options.net,
    store: file ?? (typeof options.store === 'object' ? options.store : memoryStore()),
    log,
    flush: () => log.flush(),
    stop() {
      clock.stop();
      log.flush();
      file?.close();
    },
  };
}
