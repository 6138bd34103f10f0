/** Something that happens at an instant. Runs at most once per scheduling. */
export interface Task {
  run(): void;
  /** It is its part's own timer, not something from outside. */
  readonly timer?: boolean;
  /** Its part died while this was held back in it: nobody will ever run it. */
  abandoned?(): void;
}

export type LifeState = 'running' | 'frozen' | 'dead';

/**
 * One incarnation of a part. Every event belongs to a life and asks it before it runs: a dead one swallows it (its timers,
 * connections and awaited promises never wake up again), a frozen one keeps it for the thaw.
 */
export class Life {
  /** Read on every event. */
  running = true;
  state: LifeState = 'running';
  /** Events that came while it was frozen, so far, whatever became of them. */
  heldBack = 0;
  #heldTimers: Task[] = [];
  #held: Task[] = [];

  /** An event that is due while this life is not running. */
  intercept(task: Task): void {
    if (this.state === 'dead') {
      task.abandoned?.();
      return;
    }
    this.heldBack += 1;
    (task.timer ? this.#heldTimers : this.#held).push(task);
  }

  freeze(): void {
    if (this.state !== 'running') return;
    this.state = 'frozen';
    this.running = false;
  }

  /**
   * Goes on. Gives back what was held, in the order it must now run: late timers first, then what came from outside: a
   * stopped Node process is woken inside its poll with its time used up, and runs timers before it reads sockets.
   */
  thaw(): readonly Task[] {
    if (this.state !== 'frozen') return [];
    this.state = 'running';
    this.running = true;
    const held = [...this.#heldTimers, ...this.#held];
    this.#heldTimers = [];
    this.#held = [];
    return held;
  }

  die(): void {
    if (this.state === 'dead') return;
    this.state = 'dead';
    this.running = false;
    const held = [...this.#heldTimers, ...this.#held];
    this.#heldTimers = [];
    this.#held = [];
    for (const task of held) task.abandoned?.();
  }
}
