import type { DrainMethod } from '../../../sim/virtual/drain.ts';
import { Kernel } from '../../../sim/virtual/kernel.ts';
import { Life } from '../../../sim/virtual/life.ts';

async function chain(depth: number): Promise<void> {
  if (depth > 0) await chain(depth - 1);
}

/**
 * A world whose result is right only if every event's microtasks are done before the next event: each event starts a chain
 * of awaits as deep as its number says, and must find the chains of all events before it finished.
 */
export async function deepChains(method: DrainMethod | 'auto'): Promise<{ unfinished: number; hash: string }> {
  const kernel = new Kernel();
  const life = new Life();
  let running = 0;
  let unfinished = 0;
  for (let i = 0; i < 3000; i++) {
    kernel.schedule(
      i >> 1,
      {
        run: () => {
          if (running > 0) unfinished += 1;
          running += 1;
          void chain(i % 60).then(() => {
            running -= 1;
            kernel.hash.number(i);
          });
        },
      },
      life,
    );
  }
  await kernel.run(10_000, method);
  return { unfinished: unfinished + running, hash: kernel.hash.digest() };
}
