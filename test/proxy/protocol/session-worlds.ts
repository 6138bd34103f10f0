import { type LineWorld, objectWorld } from './tunnel-ends.ts';

/** The worlds every session test runs in. */
export const worlds: readonly LineWorld[] = [objectWorld];
