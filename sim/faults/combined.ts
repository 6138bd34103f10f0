import { HoldfastError } from '../../proxy/host/errors.ts';
import type { Effect } from './world.ts';

/**
 * Effects of several targets as one. Starts them in order; when one cannot start, those before it are healed and the
 * first error is thrown on.
 */
export async function startAll(starters: ReadonlyArray<() => Promise<Effect>>): Promise<Effect> {
  const started: Effect[] = [];
  try {
    for (const start of starters) started.push(await start());
  } catch (error) {
    await healAll(started).catch(() => undefined);
    throw error;
  }
  return combined(started);
}

/** Heals all parts of it together and adds their hits up. */
export function combined(effects: readonly Effect[]): Effect {
  return {
    heal: () => healAll(effects),
    hits: () => effects.reduce((sum, effect) => sum + effect.hits(), 0),
  };
}

/**
 * Heals every effect, latest first, also after one of them failed.
 * @throws HoldfastError ERR_HEAL with the number of effects left behind and the first cause.
 */
export async function healAll(effects: readonly Effect[]): Promise<void> {
  const failures: unknown[] = [];
  for (const effect of [...effects].reverse()) {
    try {
      await effect.heal();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length === 0) return;
  const [first] = failures;
  const why = first instanceof Error ? first.message : String(first);
  const message = `${failures.length} of ${effects.length} fault effects could not be removed, the first because ${why}`;
  throw new HoldfastError('ERR_HEAL', message, {
    facts: { left: failures.length, first: why },
    hint: 'the run counts for nothing; run it again once the part that is named is well',
    cause: first,
  });
}
