import type { BodySender } from './body-sender.ts';

/** Streams with bytes to send while the connection asks for restraint, served one piece each in turn. */
export class SendTurns {
  #line: BodySender[] = [];
  #next = 0;

  get waiting(): number {
    return this.#line.length - this.#next;
  }

  join(sender: BodySender): void {
    if (sender.queued) return;
    sender.queued = true;
    this.#line.push(sender);
  }

  /** One turn of the first in line. False: nobody waits. */
  serve(): boolean {
    const sender = this.#line[this.#next];
    if (sender === undefined) return false;
    this.#next++;
    if (this.#next === this.#line.length) {
      this.#line = [];
      this.#next = 0;
    } else if (this.#next >= 256) {
      this.#line.splice(0, this.#next);
      this.#next = 0;
    }
    sender.queued = false;
    sender.turn();
    return true;
  }

  clear(): void {
    this.#line = [];
    this.#next = 0;
  }
}
