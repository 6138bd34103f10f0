import { HoldfastError, isHoldfastError } from '../../proxy/host/errors.ts';

/** ERR_INTERRUPTED of a live run. `cause`: what its end made fail. */
export function interruption(cause?: unknown): HoldfastError {
  return new HoldfastError('ERR_INTERRUPTED', 'interrupted: faults were healed, processes ended; nothing was written', {
    hint: 'run it again; a live run has no part that could be kept',
    cause,
  });
}

/** A failure of a run as it is told: what fails once the user has interrupted is the run's end, and no finding of its own. */
export function failureAsTold(signal: AbortSignal | undefined, failure: unknown): unknown {
  return signal?.aborted === true && isHoldfastError(failure) ? interruption(failure) : failure;
}

/**
 * Work of a start, given up at once when the user interrupts: it is not begun then, and its end is not waited for.
 * @throws HoldfastError ERR_INTERRUPTED
 */
export async function unlessInterrupted<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  if (signal === undefined) return work();
  if (signal.aborted) throw interruption();
  let stop = (): void => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(interruption());
  });
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work(), stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
