import type { Clock } from '../host/clock.ts';
import type { Log, LogLevel } from '../host/host.ts';
import { NameKinds } from '../host/name-kinds.ts';
import { redactFact } from './redact.ts';

const order: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

const quoted = new NameKinds<string>((name) => JSON.stringify(name));

type Facts = Readonly<Record<string, string | number | boolean>>;

/** Where lines go. `write` returns false when the reader is behind; `onDrain` tells when it caught up. */
export interface LineSink {
  write(text: string): boolean;
  onDrain(fn: () => void): void;
}

export interface JsonLogOptions {
  /** The part's name, in every line as `part`. */
  readonly part: string;
  readonly clock: Clock;
  readonly sink: LineSink;
  readonly level: LogLevel;
  /** Characters kept while the reader is behind; beyond it lines are dropped and counted. Default 4 Mi. */
  readonly maxBuffered?: number;
}

export interface JsonLog extends Log {
  /** Hands everything gathered so far to the sink, now. Call it before the process exits. */
  flush(): void;
}

/**
 * Structured events as JSON lines: `{"wall":…,"at":…,"part":…,"level":…,"event":…, …facts}`; `wall` epoch ms, `at` the
 * host's monotonic microseconds. Lines of one loop turn go out in one write. A reader that stops reading costs lines
 * (`log.dropped` says how many), never memory or speed of the part.
 */
export function jsonLog(options: JsonLogOptions): JsonLog {
  const { part, clock, sink, level } = options;
  const least = order[level];
  const maxBuffered = options.maxBuffered ?? 4 * 1024 * 1024;
  let gathered: string[] = [];
  let size = 0;
  let dropped = 0;
  let blocked = false;
  let scheduled = false;
  const partText = JSON.stringify(part);
  let wall = Number.NaN;
  let wallText = '';
  const line = (at: LogLevel, name: string, facts: Facts): string => {
    const now = clock.wall();
    // Many lines share a millisecond, and a number of this size is slow to write out.
    if (now !== wall) {
      wall = now;
      wallText = `{"wall":${now},"at":`;
    }
    const head = `${wallText}${clock.now()},"part":${partText},"level":"${at}","event":${quoted.of(name)}`;
    const rest = JSON.stringify(redacted(facts));
    return rest === '{}' ? `${head}}\n` : `${head},${rest.slice(1)}\n`;
  };
  const flush = (): void => {
    scheduled = false;
    if (gathered.length === 0) return;
    const text = gathered.join('');
    gathered = [];
    size = 0;
    if (!sink.write(text)) blocked = true;
  };
  const drained = (): void => {
    blocked = false;
    if (dropped > 0) {
      gathered.push(line('warn', 'log.dropped', { lines: dropped }));
      dropped = 0;
    }
    flush();
  };
  sink.onDrain(drained);
  return {
    debugEnabled: least === 0,
    event(at, name, facts) {
      if (order[at] < least) return;
      if (size > maxBuffered) {
        dropped += 1;
        return;
      }
      const text = line(at, name, facts);
      gathered.push(text);
      size += text.length;
      if (scheduled || blocked) return;
      scheduled = true;
      setImmediate(() => {
        if (blocked) scheduled = false;
        else flush();
      });
    },
    flush,
  };
}

/** The facts themselves where nothing in them had to be replaced. */
function redacted(facts: Facts): Facts {
  let copy: Record<string, string | number | boolean> | undefined;
  for (const key in facts) {
    const value = facts[key] as string | number | boolean;
    const shown = redactFact(key, value);
    if (shown === value) continue;
    copy ??= { ...facts };
    copy[key] = shown;
  }
  return copy ?? facts;
}

/** Lines to a stream such as process.stdout. Errors of the stream (a closed pipe) are swallowed: logging never kills. */
export function streamSink(stream: NodeJS.WritableStream): LineSink {
  stream.on('error', () => {});
  return {
    write: (text) => stream.write(text),
    onDrain: (fn) => void stream.on('drain', fn),
  };
}
