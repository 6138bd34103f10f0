import { PerformanceObserver } from 'node:perf_hooks';

/** Share of the time since it was made that this thread's garbage collector took, 0 to 1. */
export class GcShare {
  readonly #observer: PerformanceObserver;
  readonly #since = performance.now();
  #collecting = 0;

  constructor() {
    this.#observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) this.#collecting += entry.duration;
    });
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  async stop(): Promise<number> {
    const took = performance.now() - this.#since;
    // Entries are delivered a turn later.
    await new Promise((resolve) => setTimeout(resolve, 5));
    this.#observer.disconnect();
    return this.#collecting / took;
  }
}
