import type { BackendMode, Effect, TokenServiceMode, World } from '../../../sim/faults/world.ts';

/** A world that only writes down what it is told: `+kill connector/a/1`, `-kill connector/a/1`. */
export interface RecordedWorld extends World {
  readonly calls: string[];
  /** Installed now. */
  readonly active: Set<string>;
  /** Hits that every effect reports per call of `touch`. */
  touch(): void;
  /** The next start whose text contains this rejects. */
  failOn: string | undefined;
  /** Healing whose text contains this rejects. */
  failHealOn: string | undefined;
}

export function recordedWorld(): RecordedWorld {
  const calls: string[] = [];
  const active = new Set<string>();
  const counters = new Map<string, number>();
  const effect = async (text: string): Promise<Effect> => {
    if (world.failOn !== undefined && text.includes(world.failOn)) throw new Error(`cannot ${text}`);
    calls.push(`+${text}`);
    active.add(text);
    counters.set(text, 0);
    return {
      hits: () => counters.get(text) ?? 0,
      heal: async () => {
        if (world.failHealOn !== undefined && text.includes(world.failHealOn)) throw new Error(`cannot heal ${text}`);
        calls.push(`-${text}`);
        active.delete(text);
      },
    };
  };
  const world: RecordedWorld = {
    calls,
    active,
    failOn: undefined,
    failHealOn: undefined,
    touch: () => {
      for (const text of active) counters.set(text, (counters.get(text) ?? 0) + 1);
    },
    kill: (part) => effect(`kill ${part}`),
    freeze: (part) => effect(`freeze ${part}`),
    slow: (part, factor) => effect(`slow ${part} x${factor}`),
    link: (hop, part, toxic) => effect(`link ${hop} ${part} ${JSON.stringify(toxic)}`),
    tokenService: (mode) => effect(`token-service ${modeText(mode)}`),
    backend: (application, mode) => effect(`backend ${application} ${modeText(mode)}`),
    directory: (mode) => effect(`directory ${mode.kind}`),
  };
  return world;
}

/** Kind and numbers. */
function modeText(mode: TokenServiceMode | BackendMode): string {
  if (mode.kind === 'slow') return `slow ${mode.added}`;
  return mode.kind === 'errors' ? `errors ${mode.rate} ${mode.status}` : mode.kind;
}
