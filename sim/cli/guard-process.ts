import { HoldfastError } from '../../proxy/host/errors.ts';
import { exitCodes } from './exit-codes.ts';
import { reportError } from './report-error.ts';

/**
 * What no command catches must not look like a verdict: Node itself would end with 1, which means missed. Output that
 * cannot be written and errors of ours end with 4. A reader that has seen enough (`holdfast explain … | head`) is no error,
 * and changes no exit code.
 */
export function guardProcess(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    reportError(
      new HoldfastError('ERR_OUTPUT', `standard output cannot be written: ${error.message}`, {
        hint: 'write to a place with room; what was stored before is whole',
      }),
    );
    process.exit(exitCodes.harness);
  });
  // nobody is left to tell
  process.stderr.on('error', () => {});
  const last = (error: unknown): void => {
    reportError(error);
    process.exit(exitCodes.harness);
  };
  process.on('uncaughtException', last);
  process.on('unhandledRejection', last);
}
