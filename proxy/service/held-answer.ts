import type { BodySource, Chunk, Pulled, UpgradeStream } from '../host/message.ts';

/** How a held answer ended: with why it broke off, or in good order or by its reader, without. */
type Ended = (broken?: unknown) => void;

/** A streamed body; `ended` is called once: after its last byte, when it breaks off, or when its reader gives up. */
export class HeldBody implements BodySource {
  readonly #inner: BodySource;
  #ended: Ended | undefined;

  constructor(inner: BodySource, ended: Ended) {
    this.#inner = inner;
    this.#ended = ended;
  }

  pull(): Pulled {
    let pulled: Pulled;
    try {
      pulled = this.#inner.pull();
    } catch (error) {
      this.#end(error);
      throw error;
    }
    if (pulled === undefined) this.#end();
    if (!(pulled instanceof Promise)) return pulled;
    return pulled.then(
      (chunk) => {
        if (chunk === undefined) this.#end();
        return chunk;
      },
      (error: unknown) => {
        this.#end(error);
        throw error;
      },
    );
  }

  cancel(reason: string): void {
    this.#inner.cancel(reason);
    this.#end();
  }

  #end(broken?: unknown): void {
    const ended = this.#ended;
    this.#ended = undefined;
    ended?.(broken);
  }
}

/**
 * A two-way stream after 101; `ended` is called once: when both directions ended in good order, or when one was cut, which
 * cuts the other.
 */
export class HeldUpgrade implements UpgradeStream {
  readonly fromOrigin: BodySource;
  readonly #inner: UpgradeStream;
  #ended: Ended | undefined;
  #toOriginOver = false;
  #fromOriginOver = false;

  constructor(inner: UpgradeStream, ended: Ended) {
    this.#inner = inner;
    this.#ended = ended;
    this.fromOrigin = { pull: () => this.#pull(), cancel: (reason) => this.#cancel(reason) };
  }

  sendToOrigin(chunk: Chunk): void | Promise<void> {
    return this.#inner.sendToOrigin(chunk);
  }

  endToOrigin(): void {
    this.#inner.endToOrigin();
    this.#toOriginOver = true;
    if (this.#fromOriginOver) this.#end();
  }

  async #pull(): Promise<Chunk | undefined> {
    let chunk: Chunk | undefined;
    try {
      chunk = await this.#inner.fromOrigin.pull();
    } catch (error) {
      this.#end(error);
      throw error;
    }
    if (chunk === undefined) {
      this.#fromOriginOver = true;
      if (this.#toOriginOver) this.#end();
    }
    return chunk;
  }

  #cancel(reason: string): void {
    this.#inner.fromOrigin.cancel(reason);
    this.#end();
  }

  #end(broken?: unknown): void {
    const ended = this.#ended;
    this.#ended = undefined;
    ended?.(broken);
  }
}
