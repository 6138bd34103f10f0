import type { PartEffect } from '../../faults/part-effects.ts';

/** Something random that is on or off, independently of all others. */
export interface Cause {
  /** Share of the time it is on, in [0, 1). */
  readonly share: number;
  readonly effects: readonly PartEffect[];
}

/** One way in which causes can be on, and its share of the time; which of several alike ones it is makes no difference. */
export interface Way {
  readonly share: number;
  readonly on: readonly Cause[];
}

/** Ways of one bundle that are looked at. */
const mostWays = 20_000;
/** Rarer than this is nothing. */
const nothing = 1e-18;

/**
 * Independent bundles of causes, each with its ways, the most likely first. Parts of one class that the same causes of
 * their own act on, and on which all that reaches further acts alike, are one bundle: of forty equal connectors it matters
 * how many are gone and not which, so their ways are a multinomial distribution and not 2⁴⁰ combinations. Very rare ways
 * are left out. `further`: what else acts on parts, such as what is scheduled.
 */
export function bundlesOf(
  causes: readonly Cause[],
  classOf: (part: string) => string,
  further: ReadonlyArray<readonly PartEffect[]>,
): ReadonlyArray<readonly Way[]> {
  const own = new Map<string, Cause[]>();
  const joint: Cause[] = [];
  for (const cause of causes) {
    const [part, ...others] = new Set(cause.effects.map((effect) => effect.part));
    if (part === undefined || others.length > 0) joint.push(cause);
    else own.set(part, [...(own.get(part) ?? []), cause]);
  }
  const reaching = [...joint.map(({ effects }) => effects), ...further];
  const alike = new Map<string, (readonly Cause[])[]>();
  for (const [part, all] of own) {
    const sorted = [...all].sort((a, b) => (storyOf(a) < storyOf(b) ? -1 : 1));
    const reached = reaching.map((effects) => verbsOn(part, effects));
    const name = JSON.stringify([classOf(part), sorted.map(storyOf), reached]);
    alike.set(name, [...(alike.get(name) ?? []), sorted]);
  }
  return [...[...alike.values()].map(waysOf), ...joint.map((cause) => waysOf([[cause]]))];
}

const verbsOn = (part: string, effects: readonly PartEffect[]): string[] =>
  effects.flatMap((effect) => (effect.part === part ? [effect.verb] : []));

const storyOf = ({ share, effects }: Cause): string => `${share} ${effects.map(({ verb }) => verb).join(' + ')}`;

/** How many of equal members are in each kind of trouble; the first ones are taken for them. */
function waysOf(members: ReadonlyArray<readonly Cause[]>): readonly Way[] {
  const [first] = members;
  if (first === undefined) return [{ share: 1, on: [] }];
  // Kinds of trouble: every set of its own causes but none, by the bits of k.
  const kinds = Array.from({ length: 1 << first.length }, (_, bits) => ({
    share: first.reduce((product, { share }, i) => product * ((bits >> i) & 1 ? share : 1 - share), 1),
    of: (member: readonly Cause[]) => member.filter((_, i) => (bits >> i) & 1),
  }));
  const [fine, ...trouble] = kinds as [(typeof kinds)[number], ...typeof kinds];
  let most = members.length;
  while (most > 1 && choose(most + trouble.length, trouble.length) > mostWays) most--;
  const ways: Way[] = [];
  const add = (kind: number, taken: number, share: number, on: readonly Cause[]): void => {
    const of = trouble[kind];
    const left = members.length - taken;
    if (of === undefined) {
      const whole = share * power(fine.share, left);
      if (whole >= nothing || taken === 0) ways.push({ share: whole, on });
      return;
    }
    for (let count = 0; taken + count <= most; count++) {
      const more = members.slice(taken, taken + count).flatMap(of.of);
      add(kind + 1, taken + count, share * choose(left, count) * power(of.share, count), [...on, ...more]);
    }
  };
  add(0, 0, 1, []);
  return ways.sort((a, b) => b.share - a.share);
}

/** By multiplication, which is the same to the bit everywhere. */
function power(base: number, times: number): number {
  let product = 1;
  for (let i = 0; i < times; i++) product *= base;
  return product;
}

function choose(n: number, k: number): number {
  let count = 1;
  for (let i = 1; i <= k; i++) count = (count * (n - k + i)) / i;
  return count;
}

/** The most likely combinations of one way of each bundle, at most `most` of them; they need not cover all of the time. */
export function likeliest(bundles: ReadonlyArray<readonly Way[]>, most: number): readonly Way[] {
  let found: readonly Way[] = [];
  // Ten times rarer at a time, until there are too many or nothing is left.
  for (let least = 0.1; least > nothing / 10; least /= 10) {
    const more = atLeast(bundles, least, most);
    if (more === null) break;
    found = more;
    if (1 - more.reduce((sum, { share }) => sum + share, 0) < 1e-12) break;
  }
  return found;
}

/** All combinations with at least this share; null: they are more than `most`. */
function atLeast(bundles: ReadonlyArray<readonly Way[]>, least: number, most: number): readonly Way[] | null {
  // The largest share that bundles from this one on can contribute.
  const best = bundles.map(() => 1);
  for (let i = bundles.length - 1; i >= 0; i--) best[i] = (bundles[i]?.[0]?.share ?? 1) * (best[i + 1] ?? 1);
  const found: Way[] = [];
  const visit = (index: number, share: number, on: readonly Cause[]): boolean => {
    const ways = bundles[index];
    if (ways === undefined) return found.push({ share, on }) <= most;
    for (const way of ways) {
      if (share * way.share * (best[index + 1] ?? 1) < least) return true;
      if (!visit(index + 1, share * way.share, [...on, ...way.on])) return false;
    }
    return true;
  };
  return visit(0, 1, []) ? found : null;
}
