/** Levels in rising order, named as zerolog names them. */
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'panic', 'disabled'] as const;
export type LogLevel = (typeof LEVELS)[number];

/** JSON lines: level, facts, time, message. */
export class JsonLog {
  readonly #least: number;
  readonly #write: (line: string) => void;

  /** @param level text of LOG_LEVEL; unknown or empty means everything from info on */
  constructor(level: string | undefined, write: (line: string) => void) {
    const index = LEVELS.indexOf((level ?? '').toLowerCase() as LogLevel);
    this.#least = index < 0 ? LEVELS.indexOf('info') : index;
    this.#write = write;
  }

  log(level: LogLevel, message: string, facts: Readonly<Record<string, unknown>> = {}): void {
    if (LEVELS.indexOf(level) < this.#least) return;
    this.#write(`${JSON.stringify({ level, ...facts, time: new Date().toISOString(), message })}\n`);
  }
}
