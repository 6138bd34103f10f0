import { interruption } from './interruption.ts';
import { timerMs } from './timer-span.ts';

/**
 * Waits for an end, at most `withinMs`; leaves no timer behind that would keep the process up.
 * @throws HoldfastError ERR_INTERRUPTED as soon as the user interrupts
 */
export async function endedWithin(ended: Promise<void>, withinMs: number, interrupted: AbortSignal): Promise<void> {
  if (interrupted.aborted) throw interruption();
  let stop = (): void => {};
  const late = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const timer = setTimeout(stop, timerMs(withinMs));
  interrupted.addEventListener('abort', stop, { once: true });
  await Promise.race([ended, late]);
  clearTimeout(timer);
  interrupted.removeEventListener('abort', stop);
  if (interrupted.aborted) throw interruption();
}
