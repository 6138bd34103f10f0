import { HoldfastError } from '../../proxy/host/errors.ts';

/**
 * How microtasks are drained between two events.
 * sync: `process._tickCallback()`, which runs the tick and microtask queues to exhaustion. Undocumented, fastest, and a
 *   silent no-op inside a microtask, a test body or a worker task: hence the fresh macrotask and the assertion below.
 * immediates: public API only. Node drains both queues between the immediates of one batch.
 */
export type DrainMethod = 'sync' | 'immediates';

/** The global of this name is a getter, and asked for once an event it shows. */
const thisProcess = process;
const chainDepth = 20;
/** Between two slices, signals, timers and sockets of the real process get their turn. */
const eventsPerYield = 10_000;
const batch = 512;

type TickCallback = (this: NodeJS.Process) => void;

/**
 * Calls `step` until it returns false, with all microtasks done between two calls and before the last. Returns the method used.
 * `interrupted` is asked between slices of some thousand turns.
 * @throws HoldfastError ERR_INTERRUPTED once `interrupted` says so; ERR_DRAIN when `method` is asked for by name and leaves work behind here
 */
export function runTurns(
  step: () => boolean,
  method: DrainMethod | 'auto' = 'auto',
  interrupted: () => boolean = never,
): Promise<DrainMethod> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      const drain = method === 'immediates' ? undefined : syncDrain();
      if (drain !== undefined) return turnsBySyncDrain(step, drain, interrupted, resolve, reject);
      if (method === 'sync') return reject(incomplete('sync'));
      turnsByImmediates(step, interrupted, resolve, reject);
    });
  });
}

const never = (): boolean => false;

/** The synchronous drain, if in this macrotask it finishes a chain of 20 awaits; undefined otherwise. */
function syncDrain(): TickCallback | undefined {
  const tick = (thisProcess as unknown as { _tickCallback?: TickCallback })._tickCallback;
  if (typeof tick !== 'function') return undefined;
  let done = false;
  void chain(chainDepth).then(() => {
    done = true;
  });
  tick.call(thisProcess);
  return done ? tick : undefined;
}

async function chain(depth: number): Promise<void> {
  if (depth > 0) await chain(depth - 1);
}

function turnsBySyncDrain(
  step: () => boolean,
  drain: TickCallback,
  interrupted: () => boolean,
  resolve: (method: DrainMethod) => void,
  reject: (error: unknown) => void,
): void {
  const slice = (): void => {
    let draining = false;
    try {
      if (interrupted()) throw stopped();
      for (let i = 0; i < eventsPerYield; i++) {
        if (!step()) {
          resolve('sync');
          return;
        }
        draining = true;
        drain.call(thisProcess);
        draining = false;
      }
      setImmediate(slice);
    } catch (error) {
      reject(error);
      // What a callback of the process itself threw is uncaught everywhere else too. Swallowed here it would leave Node's
      // stack of asynchronous contexts unbalanced, and the process would abort with a native trace instead of this error.
      if (draining) throw error;
    }
  };
  slice();
}

function turnsByImmediates(
  step: () => boolean,
  interrupted: () => boolean,
  resolve: (method: DrainMethod) => void,
  reject: (error: unknown) => void,
): void {
  let over = false;
  let chained = false;
  const one = (): void => {
    if (over) return;
    try {
      // Whatever an earlier step left to do was done before this immediate began.
      if (!chained) throw incomplete('immediates');
      if (step()) return;
      over = true;
      resolve('immediates');
    } catch (error) {
      over = true;
      reject(error);
    }
  };
  const next = (): void => {
    for (let i = 0; i < batch; i++) setImmediate(one);
    setImmediate(() => {
      if (over) return;
      if (!interrupted()) return next();
      over = true;
      reject(stopped());
    });
  };
  void chain(chainDepth).then(() => {
    chained = true;
  });
  next();
}

const stopped = (): HoldfastError => new HoldfastError('ERR_INTERRUPTED', 'the simulation was interrupted');

function incomplete(method: DrainMethod): HoldfastError {
  return new HoldfastError(
    'ERR_DRAIN',
    `virtual time cannot run here: draining by ${method} leaves microtasks behind`,
    {
      facts: { method },
      hint: 'use Node 20 or 24, and report this with the version (node --version): results would be wrong without any error',
    },
  );
}
