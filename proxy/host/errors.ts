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

/**
 * What a coded error has to tell beside its message and hint, a line each: the texts among its facts (a file, a URL) and
 * the messages of its causes, where the message does not say them already.
 */
export function untoldLines(error: HoldfastError): readonly string[] {
  let told = error.message;
  const lines: string[] = [];
  const tell = (name: string, text: string): void => {
    if (text === '' || told.includes(text)) return;
    lines.push(`${name}: ${text}`);
    told += `\n${text}`;
  };
  for (const [name, fact] of Object.entries(error.facts)) if (typeof fact === 'string') tell(name, fact);
  let { cause } = error;
  for (let depth = 0; depth < mostCauses && cause instanceof Error; depth++) {
    tell('because', cause.message);
    cause = cause.cause;
  }
  return lines;
}

const mostCauses = 3;

/** An error for a log: with its stack where it has one, since it is a bug that is looked for. */
export function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Stops on a bug of ours: `condition` must hold whatever the user or the network does. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new HoldfastError('ERR_INVARIANT', `invariant broken: ${message}`);
}
