import { timerMs } from './timer-span.ts';

/**
 * Processes on their way back: their crash is over, and they are started once their restart delay has passed. Nothing
 * waits for them, as in virtual time, so that faults which begin meanwhile begin when the plan says.
 */
export class Returns {
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  readonly #starting = new Map<string, Promise<void>>();
  #failure: unknown;

  /** What went wrong with the first that could not be started; undefined: nothing yet. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Calls `start` after `delayMs`; a part has one return at a time. */
  begin(part: string, delayMs: number, start: () => Promise<void>): void {
    const run = (): void => {
      this.#waiting.delete(part);
      const started = start()
        .catch((error: unknown) => {
          this.#failure ??= error;
        })
        .finally(() => this.#starting.delete(part));
      this.#starting.set(part, started);
    };
    this.#waiting.set(part, setTimeout(run, timerMs(delayMs)));
  }

  /**
   * Calls a return off; one whose process starts already is waited for, so that whoever wants to end it finds it.
   * @returns true when there was one
   */
  async callOff(part: string): Promise<boolean> {
    const waiting = this.#waiting.get(part);
    const starting = this.#starting.get(part);
    clearTimeout(waiting);
    this.#waiting.delete(part);
    await starting;
    return waiting !== undefined || starting !== undefined;
  }

  /** Starts nothing any more. */
  close(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }
}
