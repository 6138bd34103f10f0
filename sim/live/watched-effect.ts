import type { Effect } from '../faults/world.ts';

const lookEveryMs = 500;

/**
 * An effect whose hits are looked up in the world: every half second, since a run may end with the fault on, and once more
 * right before it is healed. `look` tells the hits so far; a look that fails changes nothing. Healing twice heals once;
 * one that failed may be tried again.
 */
export function watchedEffect(look: () => Promise<number>, heal: () => Promise<void>): Effect {
  let hits = 0;
  let looking: Promise<void> | undefined;
  let healed: Promise<void> | undefined;
  const lookNow = (): Promise<void> => {
    looking ??= look()
      .then(
        (found) => {
          hits = Math.max(hits, found);
        },
        () => {},
      )
      .finally(() => {
        looking = undefined;
      });
    return looking;
  };
  const timer = setInterval(() => void lookNow(), lookEveryMs);
  timer.unref();
  const end = async (): Promise<void> => {
    clearInterval(timer);
    await looking;
    await lookNow();
    await heal();
  };
  return {
    hits: () => hits,
    heal: () => {
      healed ??= end().catch((error: unknown) => {
        healed = undefined;
        throw error;
      });
      return healed;
    },
  };
}
