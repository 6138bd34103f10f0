import type { Environment } from './environment.ts';
import type { StationaryStretch, SystemState, TransitionWindow } from './segments.ts';
import type { Change } from './trajectory.ts';

/** What a segment is up to renaming of equal parts, and the connectors that matter in it. */
export interface CanonicalSegment {
  /** Equal keys: the same distribution of losses, whatever cell and replication they came from. */
  readonly key: string;
  /** Connectors that are out all the time; the system is the same without them. */
  readonly absent: ReadonlySet<string>;
}

/**
 * Names a segment by: the environment, how many connectors of each class work throughout, and for each other part its
 * state and its changes with their times relative to the first. Parts are sorted, so which of several equal parts it was
 * makes no difference, nor do connectors that are out throughout.
 */
export function canonical(environment: Environment, segment: TransitionWindow | StationaryStretch): CanonicalSegment {
  const before: SystemState = segment.kind === 'window' ? segment.before : segment.state;
  const changes: readonly Change[] = segment.kind === 'window' ? segment.changes : [];
  const origin = changes[0]?.at ?? 0;
  const stories = new Map<string, string>();
  for (const [part, state] of before) stories.set(part, `${state.out ? '!' : ''}${state.verbs}`);
  for (const change of changes) {
    const told = stories.get(change.part) ?? '';
    stories.set(change.part, `${told}|${change.at - origin} ${change.before.verbs}>${change.after.verbs}`);
  }
  const absent = new Set<string>();
  for (const [part, story] of stories) if (story.startsWith('!') && !story.includes('|')) absent.add(part);
  const lines: string[] = [];
  for (const [name, members] of environment.classes) {
    const quiet = members.filter(({ id }) => !stories.has(id)).length;
    if (quiet > 0) lines.push(`${name}×${quiet}`);
  }
  for (const [part, story] of stories) {
    if (!absent.has(part)) lines.push(`${environment.classOf(part)}:${story}`);
  }
  const length = segment.to - segment.from;
  const geometry =
    segment.kind === 'stretch' ? '' : segment.clipped ? ` ${origin - segment.from}+${length}` : ` ${length}`;
  return { key: `${environment.name} ${segment.kind}${geometry} ${lines.sort().join(' ')}`, absent };
}
