/**
 * Every error that leaves a function on purpose: a stable code to test for, the facts in data, and what to do about it.
 * Programmer errors use `invariant`; an injected fault is never an exception, it is an observation.
 */
export type ErrorCode = `ERR_${string}`;

export interface ErrorDetail {
  /** Where and what, in data: file, line, path, port, part, … */
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
  /** One sentence: what the reader should do. */
  readonly hint?: string;
  readonly cause?: unknown;
}

export class HoldfastError extends Error {
  readonly code: ErrorCode;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'HoldfastError';
    this.code = code;
    this.facts = detail.facts ?? {};
    this.hint = detail.hint;
  }
}

/** True for our coded errors, also across copies of the package. */
export function isHoldfastError(error: unknown): error is HoldfastError {
  return error instanceof Error && typeof (error as { code?: unknown }).code === 'string' && 'facts' in error;
}

/** An error for a log: with its stack where it has one, since it is a bug that is looked for. */
export function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Stops on a bug of ours: `condition` must hold whatever the user or the network does. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new HoldfastError('ERR_INVARIANT', `invariant broken: ${message}`);
}
