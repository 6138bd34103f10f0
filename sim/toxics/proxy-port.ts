import type { Socket } from 'node:net';
import type { Address } from './listen-address.ts';
import { Listener } from './listener.ts';

/** How often and how long a port that was given up for `refuse` is asked for again when another process took it. */
const RETRY_MS = 100;
const RETRIES = 50;

/** A proxy's port: open, closed, or closed for a while because everything is refused. */
export class ProxyPort {
  readonly #accept: (client: Socket) => void;
  #listener: Listener | undefined;
  /** Where to listen again when refusing ends. */
  #refusingAt: Address | undefined;
  #retry: NodeJS.Timeout | undefined;

  constructor(accept: (client: Socket) => void) {
    this.#accept = accept;
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

  /** Closes the port so that connections are refused by the system, or opens it again. */
  async refuse(refusing: boolean): Promise<void> {
    if (refusing && this.#listener !== undefined) {
      this.#refusingAt = this.#listener.address;
      this.#listener.close();
      this.#listener = undefined;
    } else if (!refusing && this.#refusingAt !== undefined) {
      const address = this.#refusingAt;
      try {
        await this.#move(address);
      } catch (error) {
        this.#listenLater(address, RETRIES);
        throw error;
      }
    }
  }

  /** Frees the port at once. */
  close(): void {
    clearTimeout(this.#retry);
    this.#listener?.close();
    this.#listener = undefined;
    this.#refusingAt = undefined;
  }

  async #move(address: Address): Promise<void> {
    const old = this.#listener;
    try {
      this.#listener = await Listener.open(address, this.#accept);
      old?.close();
    } catch (error) {
      // The same port on another interface is taken by ourselves: give it up, and take it back if that does not help.
      if (old === undefined || old.address.port !== address.port) throw error;
      old.close();
      try {
        this.#listener = await Listener.open(address, this.#accept);
      } catch (second) {
        this.#listener = await Listener.open(old.address, this.#accept);
        throw second;
      }
    }
    this.#refusingAt = undefined;
    clearTimeout(this.#retry);
  }

  #listenLater(address: Address, left: number): void {
    clearTimeout(this.#retry);
    if (left === 0) return;
    this.#retry = setTimeout(() => {
      if (this.#refusingAt === address) this.#move(address).catch(() => this.#listenLater(address, left - 1));
    }, RETRY_MS);
    this.#retry.unref();
  }
}
