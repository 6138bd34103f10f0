import type { PartEffect } from '../../faults/part-effects.ts';
import type { Way } from './alike-causes.ts';

/**
 * A clock that draws, each time it goes off, one of several targets for some of its members. All members begin and end
 * together, and of the choices of one member only one is on at a time.
 */
export interface DrawnCause {
  /** Share of the time it is on, in [0, 1). */
  readonly share: number;
  /** Of each member the effects of every choice, all equally likely; one choice where nothing is drawn. */
  readonly members: ReadonlyArray<ReadonlyArray<readonly PartEffect[]>>;
}

/** Ways of one cause that are looked at; the others count as never seen. */
const mostWays = 20_000;

/** How it can be on, and that it is off: one way for each combination of what its members draw, the most likely first. */
export function exclusiveWays({ share, members }: DrawnCause): readonly Way[] {
  let drawn: ReadonlyArray<readonly PartEffect[]> = [[]];
  for (const choices of members) {
    drawn = drawn.slice(0, mostWays).flatMap((effects) => choices.map((more) => [...effects, ...more]));
  }
  const each = share / members.reduce((product, { length }) => product * length, 1);
  const ways = drawn.slice(0, mostWays).map((effects): Way => ({ share: each, on: [{ share: each, effects }] }));
  return [{ share: 1 - share, on: [] }, ...ways].sort((a, b) => b.share - a.share);
}

/**
 * What it does to parts, for telling which of them it acts on alike: a choice that is one part among several reaches all
 * of them alike; one that is several parts at once reaches those alike that it takes together.
 */
export function reachOf({ members }: DrawnCause): ReadonlyArray<readonly PartEffect[]> {
  return members.flatMap((choices) => {
    const parts = choices.map((effects) => new Set(effects.map(({ part }) => part)));
    const apart =
      parts.every(({ size }) => size === 1) && new Set(parts.flatMap((of) => [...of])).size === parts.length;
    return apart ? [choices.flat()] : choices;
  });
}
