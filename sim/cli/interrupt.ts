import { isHoldfastError } from '../../proxy/host/errors.ts';
import { exitCodes } from './exit-codes.ts';

/**
 * Runs a command that can be interrupted. The first Ctrl-C or SIGTERM trips the signal: the command stops, heals and
 * cleans up; the second leaves at once. Resolves with 130 or 143 then, whatever the command's own code, unless a fault
 * was left behind: that is an error.
 */
export async function interruptible(command: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const controller = new AbortController();
  let signalCode: number | undefined;
  const handler = (name: NodeJS.Signals): void => {
    const code = name === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated;
    if (signalCode !== undefined) process.exit(code);
    signalCode = code;
    process.stderr.write('\nstopping; what runs is ended and healed first (again to leave at once)\n');
    controller.abort();
  };
  process.on('SIGINT', handler);
  process.on('SIGTERM', handler);
  try {
    const code = await command(controller.signal);
    return signalCode ?? code;
  } catch (error) {
    if (signalCode === undefined || !isHoldfastError(error) || error.code !== 'ERR_INTERRUPTED') throw error;
    process.stderr.write(`${error.message}\n`);
    return signalCode;
  } finally {
    process.off('SIGINT', handler);
    process.off('SIGTERM', handler);
  }
}
