import { exitCodes } from './exit-codes.ts';

/** The first Ctrl-C or SIGTERM asks the run to stop and clean up; the second leaves at once. */
export function onInterrupt(): { readonly signal: AbortSignal; done(): void } {
  const controller = new AbortController();
  const handler = (name: NodeJS.Signals): void => {
    const code = name === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated;
    if (controller.signal.aborted) process.exit(code);
    controller.abort(code);
    process.stderr.write('\nstopping; faults are healed first (again to leave at once)\n');
  };
  process.on('SIGINT', handler);
  process.on('SIGTERM', handler);
  return {
    signal: controller.signal,
    done() {
      process.off('SIGINT', handler);
      process.off('SIGTERM', handler);
      if (controller.signal.aborted) process.exitCode = Number(controller.signal.reason);
    },
  };
}
