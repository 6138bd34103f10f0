import type { Site, Toxic } from '../toxic.ts';
import { type Ending, MAX_CHUNK_BYTES, type Receiver } from './chunk.ts';
import type { Scheduler } from './scheduler.ts';
import { Stage, type StageHost } from './stage.ts';

/** Where a link's bytes leave: a socket's writing side. */
export interface Sink {
  /** Returns false when the other side cannot keep up; `drained` of the link follows. */
  write(bytes: Uint8Array): boolean;
  end(ending: Ending): void;
}

/** The connection a link belongs to, as its stages see it. */
export interface LinkHost {
  readonly scheduler: Scheduler;
  /** What conditions of toxics ask about. */
  readonly site: Site;
  hit(toxic: Toxic): void;
  /** Stop or continue reading from the sender. */
  pressure(full: boolean): void;
  close(): void;
  reply(bytes: Uint8Array): void;
  abandonSender(): void;
}

/**
 * One direction of one connection: sender, toxics in the order they were added, receiver. Back-pressure is decided for
 * the whole link: the sender waits while the receiver is slow or any toxic has its fill, so memory stays bounded by the
 * toxics' own buffers and one read.
 */
export class Link implements StageHost {
  readonly #host: LinkHost;
  readonly #sink: Sink;
  /** What the last stage hands on to. One for all stages: links are made and changed by the thousand. */
  readonly #tail: Receiver;
  #stages: Stage[] = [];
  #sinkFull = false;
  #full = false;
  #ended = false;
  #dead = false;
  #senderEnded = false;

  constructor(host: LinkHost, sink: Sink, toxics: readonly Toxic[]) {
    this.#host = host;
    this.#sink = sink;
    this.#tail = {
      chunk: ({ bytes }) => {
        if (!this.#dead && !this.#ended && !sink.write(bytes)) this.#sinkFull = true;
      },
      end: (ending) => this.#finish(ending),
    };
    for (const toxic of toxics) this.#append(toxic);
    for (const stage of this.#stages) stage.start();
  }

  get scheduler(): Scheduler {
    return this.#host.scheduler;
  }

  close(): void {
    this.#host.close();
  }

  reply(bytes: Uint8Array): void {
    this.#host.reply(bytes);
  }

  abandonSender(): void {
    this.#host.abandonSender();
  }

  hit(toxic: Toxic): void {
    this.#host.hit(toxic);
  }

  /** True once the sender's ending came in, whether or not it has come out. */
  get senderEnded(): boolean {
    return this.#senderEnded;
  }

  /** Bytes from the sender. */
  push(bytes: Uint8Array): void {
    if (this.#dead) return;
    const first = this.#stages[0];
    if (first === undefined) {
      if (this.#sink.write(bytes)) return;
      this.#sinkFull = true;
      this.#setFull(true);
      return;
    }
    const at = this.#host.scheduler.now();
    if (bytes.length <= MAX_CHUNK_BYTES) first.chunk({ bytes, at });
    else {
      for (let from = 0; from < bytes.length; from += MAX_CHUNK_BYTES) {
        first.chunk({ bytes: bytes.subarray(from, from + MAX_CHUNK_BYTES), at });
      }
    }
    this.settle();
  }

  /** The sender is done. */
  end(ending: Ending): void {
    if (this.#dead) return;
    this.#senderEnded = true;
    const first = this.#stages[0];
    if (first === undefined) this.#finish(ending);
    else first.end(ending);
    this.settle();
  }

  /** The receiver takes bytes again. */
  drained(): void {
    this.#sinkFull = false;
    this.settle();
  }

  /** A toxic was added at the end of the chain; the one before it starts anew, as on the real server. */
  add(toxic: Toxic): void {
    if (this.#dead || this.#ended) return;
    const previous = this.#stages.at(-1);
    const stage = this.#append(toxic);
    stage.start();
    previous?.restart();
    this.settle();
  }

  /** A toxic's settings changed. */
  update(toxic: Toxic): void {
    this.#stages.find((stage) => stage.toxic === toxic)?.restart();
    this.settle();
  }

  /** A toxic woke up, or it became known whether the connection fits it: conditions are looked at again, draws are not. */
  wake(toxic: Toxic): void {
    this.#stages.find((stage) => stage.toxic === toxic)?.restart(false);
    this.settle();
  }

  /** A toxic was removed. */
  remove(toxic: Toxic): void {
    const index = this.#stages.findIndex((stage) => stage.toxic === toxic);
    const stage = this.#stages[index];
    if (stage === undefined) return;
    const previous = this.#stages[index - 1];
    stage.remove();
    if (this.#dead) return;
    this.#stages.splice(index, 1);
    if (previous !== undefined) {
      previous.next = stage.next;
      previous.restart();
    }
    this.settle();
  }

  /** Drops all that is inside; nothing is written any more. */
  discard(): void {
    this.#dead = true;
    for (const stage of this.#stages) stage.discard();
    this.#stages = [];
    this.#setFull(false);
  }

  settle(): void {
    this.#setFull(!this.#dead && (this.#sinkFull || this.#stages.some((stage) => stage.full)));
  }

  #setFull(full: boolean): void {
    if (full === this.#full) return;
    this.#full = full;
    this.#host.pressure(full);
  }

  #append(toxic: Toxic): Stage {
    const stage = new Stage(toxic, this, this.#host.site, this.#tail);
    const last = this.#stages.at(-1);
    if (last !== undefined) last.next = stage;
    this.#stages.push(stage);
    return stage;
  }

  #finish(ending: Ending): void {
    if (this.#ended || this.#dead) return;
    this.#ended = true;
    this.#sink.end(ending);
  }
}
