import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { type HoldfastError, isHoldfastError, untoldLines } from '../../host/errors.ts';

export interface RoleOptions {
  /** End when standard input closes, and take JSON control lines on it: whoever started the role holds the other end. */
  readonly withParent?: boolean;
  /** Default the process's own; tests give others. */
  readonly stdin?: Readable;
  readonly stdout?: Writable;
  readonly stderr?: Writable;
  readonly signals?: NodeJS.EventEmitter;
}

/** A control message: one JSON object; a role obeys the members it knows and refuses a message without any. */
export interface ControlMessage {
  /** Tell counters. */
  readonly metrics?: unknown;
  /** Put the wall clock wrong by this many milliseconds. */
  readonly wallSkewMs?: unknown;
  /** Multiply the processor time of requests, ≥ 1. */
  readonly slow?: unknown;
  /** Fault mode of a backend, with its parameters. */
  readonly mode?: unknown;
  readonly addedMs?: unknown;
  readonly rate?: unknown;
  readonly status?: unknown;
}

/** A role that has started. */
export interface RunningRole {
  /** Addresses and ports for the ready line. */
  readonly ready: Readonly<Record<string, string | number | boolean>>;
  /** Resolves with the reason when it can no longer do its work and must end; undefined: that cannot happen. */
  readonly gaveUp?: Promise<HoldfastError>;
  /** Lets running work end, then stops. */
  drain(): Promise<void>;
  /** Stops now. */
  stop(): Promise<void>;
  /** A control message; the result joins the acknowledgement. Throws what is wrong with it. */
  command?(message: ControlMessage): unknown;
}

const signalCodes = { SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof signalCodes;

/**
 * Runs a role until it is told to end and resolves with the exit code: 0 after a drain (SIGTERM, SIGINT) or when the
 * parent went away, 130/143 after a second signal, 2 for a coded error at the start (bad configuration, port in use), 4
 * for any other and when the role gave up. Lines on standard output: `{"ready":true,…}` once everything listens, `{"draining":true,…}` at the first
 * signal, and for each control message `{"ok":true,…}` or `{"refused":"why"}`, in order.
 */
export async function runRole(start: () => Promise<RunningRole>, options: RoleOptions = {}): Promise<number> {
  const stdout = options.stdout ?? process.stdout;
  const stderr = options.stderr ?? process.stderr;
  let role: RunningRole;
  try {
    role = await start();
  } catch (error) {
    stderr.write(explain(error));
    return isHoldfastError(error) ? 2 : 4;
  }
  const say = (line: unknown): void => void stdout.write(`${JSON.stringify(line)}\n`);
  const ended = untilTold(role, options, say, (error) => stderr.write(explain(error)));
  stdout.write(`${JSON.stringify({ ready: true, ...role.ready, pid: process.pid })}\n`);
  return ended;
}

function explain(error: unknown): string {
  if (!isHoldfastError(error)) return `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
  const lines = [`${error.code}: ${error.message}`, ...untoldLines(error).map((line) => `  ${line}`)];
  return `${[...lines, ...(error.hint === undefined ? [] : [error.hint])].join('\n')}\n`;
}

function untilTold(
  role: RunningRole,
  options: RoleOptions,
  say: (line: unknown) => void,
  complain: (error: HoldfastError) => void,
): Promise<number> {
  const signals = options.signals ?? process;
  return new Promise((resolve) => {
    let draining = false;
    let over = false;
    const end = (code: number): void => {
      if (over) return;
      over = true;
      signals.off('SIGTERM', onTerm);
      signals.off('SIGINT', onInt);
      control?.close();
      resolve(code);
    };
    const stopNow = (code: number): void =>
      void role.stop().then(
        () => end(code),
        () => end(4),
      );
    const signalled = (signal: Signal): void => {
      if (draining) {
        stopNow(signalCodes[signal]);
        return;
      }
      draining = true;
      say({ draining: true, signal });
      role.drain().then(
        () => end(0),
        () => end(4),
      );
    };
    const onTerm = (): void => signalled('SIGTERM');
    const onInt = (): void => signalled('SIGINT');
    void role.gaveUp?.then((error) => {
      if (draining || over) return;
      draining = true;
      complain(error);
      role.drain().then(
        () => end(4),
        () => end(4),
      );
    });
    signals.on('SIGTERM', onTerm);
    signals.on('SIGINT', onInt);
    const control = options.withParent === true ? takeCommands(role, options, say, () => stopNow(0)) : undefined;
  });
}

function takeCommands(
  role: RunningRole,
  options: RoleOptions,
  say: (line: unknown) => void,
  parentGone: () => void,
): { close(): void } {
  const stdin = options.stdin ?? process.stdin;
  const lines = createInterface({ input: stdin });
  let queue = Promise.resolve();
  const obey = async (line: string): Promise<void> => {
    try {
      const message: unknown = JSON.parse(line);
      if (typeof message !== 'object' || message === null || role.command === undefined) throw new Error('no command');
      const result = await role.command(message as ControlMessage);
      say(result === undefined ? { ok: true } : { ok: true, result });
    } catch (error) {
      say({ refused: error instanceof Error ? error.message : String(error) });
    }
  };
  lines.on('line', (line) => {
    queue = queue.then(() => obey(line));
  });
  lines.once('close', parentGone);
  return {
    close() {
      lines.off('close', parentGone);
      lines.close();
      stdin.destroy();
    },
  };
}
