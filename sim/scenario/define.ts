import type { ScenarioInput } from './schema.ts';

export type { ScenarioInput };

/** Carries where a scenario was defined; not enumerable, so that it is no part of the data. */
export const definedAt: unique symbol = Symbol.for('holdfast.definedAt');

/**
 * A scenario in TypeScript: types it, and remembers where it stands for error messages. It is evaluated once, to plain
 * data; no function in it survives into a run.
 *
 * ```ts
 * export default defineScenario({ name: 'two sites', topology: { … }, … });
 * ```
 */
export function defineScenario(input: ScenarioInput): ScenarioInput {
  const place = callerOf(new Error('place').stack ?? '');
  if (place !== undefined)
    Object.defineProperty(input, definedAt, { value: place, enumerable: false, configurable: true });
  return input;
}

/** `file:line:column` of the caller's caller frame in a V8 stack; undefined where stacks look otherwise. */
function callerOf(stack: string): string | undefined {
  const frame = stack.split('\n')[2] ?? '';
  return /\(?((?:file:\/\/)?[^()\s][^()]*:\d+:\d+)\)?$/.exec(frame.trim().replace(/^at /, ''))?.[1];
}
