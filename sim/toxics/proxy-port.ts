import type { Socket } from 'node:net';
import type { Address } from './listen-address.ts';
import { isTaken, Listener } from './listener.ts';

/** How soon a port that was given up for `refuse` and taken by another process is asked for again: ever slower, without end. */
const FIRST_RETRY_MS = 100;
const SLOWEST_RETRY_MS = 2_000;

/** A proxy's port: open, closed, or closed for a while because everything is refused. */
export class ProxyPort {
  readonly #accept: (client: Socket) => void;
  #listener: Listener | undefined;
  /** Where to listen again: a port given up while everything is refused, or while another interface was tried. */
  #refusingAt: Address | undefined;
  #refusing = false;
  readonly #inTurn: (task: () => Promise<void>) => Promise<void>;
  #retry: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;
  /** Counts closings, so that a port which opens after one is given back. */
  #closings = 0;

  /** @param inTurn runs a task after all changes of the proxy that were asked for before */
  constructor(accept: (client: Socket) => void, inTurn: (task: () => Promise<void>) => Promise<void>) {
    this.#accept = accept;
    this.#inTurn = inTurn;
  }

  /** True while clients can connect. */
  get listening(): boolean {
    return this.#listener !== undefined;
  }

  /**
   * Listens at `address`, where it may be listening already; on failure everything stays as it was.
   * @throws ToxicsError 500
   */
  async open(address: Address, refusing: boolean): Promise<Address> {
    const current = this.#listener?.address ?? this.#refusingAt;
    if (current === undefined || current.host !== address.host || current.port !== address.port) {
      await this.#move(address);
    }
    await this.refuse(refusing);
    return this.#listener?.address ?? this.#refusingAt ?? address;
  }

  /**
   * Closes the port so that connections are refused by the system, or opens it again.
   * @throws ToxicsError 500 when another process has taken it; it is asked for again until it is free
   */
  async refuse(refusing: boolean): Promise<void> {
    clearTimeout(this.#retry);
    this.#refusing = refusing;
    if (refusing && this.#listener !== undefined) {
      this.#refusingAt = this.#listener.address;
      this.#listener.close();
      this.#listener = undefined;
    } else if (!refusing && this.#refusingAt !== undefined) {
      const failure = await this.#takeBack(this.#refusingAt);
      if (failure !== undefined) throw failure;
    }
  }

  /** Frees the port at once. */
  close(): void {
    this.#closings += 1;
    clearTimeout(this.#retry);
    this.#listener?.close();
    this.#listener = undefined;
    this.#refusingAt = undefined;
  }

  async #move(address: Address): Promise<void> {
    const closings = this.#closings;
    const old = this.#listener;
    let opened: Listener;
    try {
      opened = await Listener.open(address, this.#accept);
      old?.close();
    } catch (error) {
      // The same port on another interface is taken by ourselves: give it up, and take it back if that does not help.
      if (old === undefined || old.address.port !== address.port || !isTaken(error)) throw error;
      if (closings !== this.#closings) throw error;
      old.close();
      this.#listener = undefined;
      this.#refusingAt = old.address;
      try {
        opened = await Listener.open(address, this.#accept);
      } catch (second) {
        if (closings === this.#closings) await this.#takeBack(old.address);
        throw second;
      }
    }
    if (closings !== this.#closings) {
      opened.close();
      return;
    }
    this.#listener = opened;
    this.#refusingAt = undefined;
    this.#retryMs = FIRST_RETRY_MS;
    clearTimeout(this.#retry);
  }

  /** Opens a port that was given up; gives back why not, and then asks for it again until it is free. */
  async #takeBack(address: Address): Promise<unknown> {
    try {
      await this.#move(address);
      return undefined;
    } catch (error) {
      this.#listenLater();
      return error;
    }
  }

  #listenLater(): void {
    // Closed meanwhile: there is nothing to come back to.
    if (this.#refusingAt === undefined) return;
    this.#retry = setTimeout(() => {
      this.#inTurn(async () => {
        if (!this.#refusing) await this.refuse(false);
      }).catch(() => undefined); // asks again by itself
    }, this.#retryMs);
    this.#retry.unref();
    this.#retryMs = Math.min(this.#retryMs * 2, SLOWEST_RETRY_MS);
  }
}
