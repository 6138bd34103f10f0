import { renderProgress, renderProgressLine } from '../../reports/terminal/progress.ts';

/** Between two pictures of a line on a terminal, and between two lines elsewhere, ms. */
const pause = { terminal: 100, elsewhere: 10_000 } as const;

/** Shows where a run stands on stderr: one line that is rewritten on a terminal, a line now and then elsewhere. */
export class ProgressLine {
  readonly #started = performance.now();
  readonly #silent: boolean;
  #lastAt = 0;
  #shown = false;

  constructor(silent: boolean) {
    this.#silent = silent;
  }

  show(unit: string, done: number, total: number, doing: string): void {
    if (this.#silent) return;
    const elapsedMs = performance.now() - this.#started;
    const terminal = process.stderr.isTTY === true && process.env['TERM'] !== 'dumb';
    if (elapsedMs - this.#lastAt < (terminal ? pause.terminal : pause.elsewhere)) return;
    this.#lastAt = elapsedMs;
    const state = { unit, done, total, elapsedMs, availability: null, doing };
    if (!terminal) {
      process.stderr.write(`${renderProgressLine(state)}\n`);
      return;
    }
    this.#shown = true;
    process.stderr.write(`\r\u001b[2K${renderProgress(state, process.stderr.columns ?? 80)}`);
  }

  /** Takes the line away again. */
  end(): void {
    if (this.#shown) process.stderr.write('\r\u001b[2K');
    this.#shown = false;
  }
}
