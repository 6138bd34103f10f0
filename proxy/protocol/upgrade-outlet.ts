import type { BodySource, Chunk, UpgradeStream } from '../host/message.ts';
import { ChunkQueue } from './chunk-queue.ts';
import { DATA_CHUNK_BYTES, WINDOW_MAX_BYTES } from './limits.ts';

/** Waiting bytes above which the writer is asked to wait. */
const MARK_BYTES = 4 * DATA_CHUNK_BYTES;

/** The service's end of a two-way stream after 101: what the user sends is queued here until the tunnel takes it. */
export class UpgradeOutlet implements UpgradeStream {
  readonly fromOrigin: BodySource;
  /** The queue the stream's sender pulls from. */
  readonly toOrigin: ChunkQueue;
  readonly #overrun: (reason: string) => void;
  #waiting = 0;
  #room: Promise<void> | undefined = undefined;
  #release: (() => void) | undefined = undefined;
  #over = false;

  /** `overrun` is called when the writer ignores back-pressure beyond 1 MiB. */
  constructor(fromOrigin: BodySource, overrun: (reason: string) => void) {
    this.fromOrigin = fromOrigin;
    this.toOrigin = new ChunkQueue(this);
    this.#overrun = overrun;
  }

  sendToOrigin(chunk: Chunk): Promise<void> | undefined {
    if (this.#over || chunk.bytes === 0) return undefined;
    this.#waiting += chunk.bytes;
    this.toOrigin.push(chunk);
    if (this.#waiting > WINDOW_MAX_BYTES) {
      this.#overrun('the writer did not wait for room');
      return undefined;
    }
    if (this.#waiting <= MARK_BYTES) return undefined;
    this.#room ??= new Promise((resolve) => {
      this.#release = resolve;
    });
    return this.#room;
  }

  endToOrigin(): void {
    this.#over = true;
    this.toOrigin.end();
  }

  consumed(bytes: number): void {
    this.#waiting -= bytes;
    if (this.#waiting <= MARK_BYTES) this.#free();
  }

  abandoned(): void {
    this.#over = true;
    this.#free();
  }

  #free(): void {
    this.#release?.();
    this.#release = undefined;
    this.#room = undefined;
  }
}
