import type { Life } from './life.ts';

/**
 * The promise as `life` may see it: an answer from outside a part wakes it only while it runs, waits for the thaw while it
 * is frozen, and never comes once it is dead.
 */
export function throughLife<T>(life: Life, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const deliver = (wake: () => void): void => {
      if (life.running) wake();
      else life.intercept({ run: wake });
    };
    promise.then(
      (value) => deliver(() => resolve(value)),
      (error: unknown) => deliver(() => reject(error)),
    );
  });
}
