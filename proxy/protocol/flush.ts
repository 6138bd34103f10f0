/** Sends a ping behind everything sent so far; gives its stamp, greater than every one before, or undefined: not now. */
interface Pinger {
  sendPing(): number | undefined;
}

/**
 * The wait until the peer has taken everything sent so far. Frames keep their order, so the answer to a ping sent behind
 * them proves it; that the connection took them proves nothing, on a slow line least of all.
 */
export class Flush {
  /** Ping whose answer is waited for; undefined: none could be sent yet. */
  #ping: number | undefined = undefined;
  #over: Promise<void> | undefined = undefined;
  #end: () => void = () => {};

  /** Resolves with the answer to a ping sent now, or with the end of the tunnel. Who waits already then waits for it too. */
  wait(pinger: Pinger): Promise<void> {
    this.#ping = pinger.sendPing();
    this.#over ??= new Promise((resolve) => {
      this.#end = resolve;
    });
    return this.#over;
  }

  /** The answer to `ping` is here. */
  passed(ping: number, pinger: Pinger): void {
    if (this.#over === undefined) return;
    if (this.#ping === undefined) this.#ping = pinger.sendPing();
    else if (ping >= this.#ping) this.over();
  }

  /** The tunnel is closed, or all was taken. */
  over(): void {
    this.#end();
    this.#over = undefined;
  }
}
