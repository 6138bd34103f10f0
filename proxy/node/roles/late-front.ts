import type { Clock } from '../../host/clock.ts';
import { seconds } from '../../host/units.ts';
import { type Front, type FrontOptions, listenFront } from '../front/listen.ts';

const retryAfter = seconds(1);

/**
 * The public listener of a service, whose port is known at once and where nobody listens before `open`. Port 0 is open from
 * the start: only who listens there can know it, and nobody can have come to know it before.
 */
export class LateFront {
  readonly address: string;
  readonly port: number;
  readonly #options: FrontOptions;
  #front: Front | undefined;
  #over = false;

  private constructor(options: FrontOptions, claimed: Front) {
    this.#options = options;
    this.address = claimed.address;
    this.port = claimed.port;
    this.#front = options.port === 0 ? claimed : undefined;
  }

  /** Makes sure that the port can be had. ERR_PORT_IN_USE, ERR_LISTEN, ERR_CERTIFICATE. */
  static async claim(options: FrontOptions): Promise<LateFront> {
    const claimed = await listenFront(options);
    const front = new LateFront(options, claimed);
    if (front.#front === undefined) await claimed.close();
    return front;
  }

  /** Connections open now. */
  get connections(): number {
    return this.#front?.connections ?? 0;
  }

  /** Listens. Somebody who took the port meanwhile is told to the log, and waited for, a try each second. */
  async open(clock: Clock): Promise<void> {
    while (!this.#over && this.#front === undefined) {
      try {
        const front = await listenFront(this.#options);
        if (this.#over) await front.close();
        else this.#front = front;
      } catch (error) {
        this.#options.log?.event('error', 'front.not-open', { error: String(error) });
        await clock.sleep(retryAfter);
      }
    }
  }

  async drain(): Promise<void> {
    this.#over = true;
    await this.#front?.drain();
  }

  async close(): Promise<void> {
    this.#over = true;
    await this.#front?.close();
  }
}
