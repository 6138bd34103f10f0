import type { Log, LogLevel } from '../../proxy/host/host.ts';

export type LogFacts = Readonly<Record<string, string | number | boolean>>;

/** Takes what the parts of a world log. */
export type LogTap = (part: string, level: LogLevel, name: string, facts: LogFacts) => void;

/** Counts events by name and hands them to a tap when there is one: a run of millions of requests keeps no lines. */
export class CountingLog {
  readonly counts = new Map<string, number>();
  readonly #tap: LogTap | undefined;

  constructor(tap: LogTap | undefined) {
    this.#tap = tap;
  }

  forPart(part: string): Log {
    return {
      debugEnabled: false,
      event: (level, name, facts) => {
        this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
        this.#tap?.(part, level, name, facts);
      },
    };
  }
}
