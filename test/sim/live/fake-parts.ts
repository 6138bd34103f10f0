import type { Hop, LinkToxic } from '../../../sim/faults/world.ts';
import type { LiveParts } from '../../../sim/live/live-world.ts';
import type { Answer } from '../../../sim/live/role-process.ts';

/** A run without processes: counters are set by the test, and what was done is written down. */
export interface FakeParts extends LiveParts {
  readonly calls: string[];
  /** What each part answers to {"metrics":true}; one that is not here does not answer. */
  readonly metrics: Map<string, Answer>;
  /** Bytes that went over a link so far. */
  readonly traffic: Map<string, number>;
  /** Calls that contain this reject. */
  failOn: string | undefined;
}

export function fakeParts(): FakeParts {
  const calls: string[] = [];
  const metrics = new Map<string, Answer>();
  const traffic = new Map<string, number>();
  const call = async (text: string): Promise<void> => {
    if (parts.failOn !== undefined && text.includes(parts.failOn)) throw new Error(`cannot ${text}`);
    calls.push(text);
  };
  const parts: FakeParts = {
    calls,
    metrics,
    traffic,
    failOn: undefined,
    plan: {
      topology: {
        instances: [{ id: 'service/1' }, { id: 'service/2' }],
        connectors: [{ id: 'connector/paris/1' }, { id: 'connector/paris/2' }],
      },
    },
    links: {
      apply: async (names: readonly string[], toxic: LinkToxic) => {
        await call(`+${toxic.kind} ${names.join(' ')}`);
        return { remove: () => call(`-${toxic.kind} ${names.join(' ')}`) };
      },
      enable: (names, enabled) => call(`${enabled ? 'enable' : 'disable'} ${names.join(' ')}`),
      bytes: async (names) => names.map((name) => traffic.get(name) ?? 0),
    },
    linksOf: (hop: Hop, part: string) => [`${hop}:${part}:0`, `${hop}:${part}:1`],
    role: (part) => ({
      pid: undefined,
      freeze: () => void calls.push(`freeze ${part}`),
      thaw: () => void calls.push(`thaw ${part}`),
      isStopped: async () => true,
    }),
    kill: (part) => call(`kill ${part}`).then(() => false),
    restart: (part) => call(`restart ${part}`),
    command: async (part, message) => (message['metrics'] === true ? metrics.get(part) : undefined),
    order: (part, message) => call(`${part} ${JSON.stringify(message)}`),
  };
  return parts;
}
