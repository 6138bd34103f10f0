import { styleText } from 'node:util';
import { isHoldfastError, untoldLines } from '../../proxy/host/errors.ts';
import { exitCodes } from './exit-codes.ts';

/** Codes that mean the user's input, not the harness. */
const inputCodes = /^ERR_(SCENARIO|PLAN|CELL|TARGET|USAGE|FILE|CONFIG|PORT|BASELINE|RESULT|DEPLOYMENT|ENROLMENT)/;

/** Exit code of a coded error: 2 for the user's input, 4 for the harness. */
export function codeOfError(code: string): number {
  return inputCodes.test(code) ? exitCodes.badInput : exitCodes.harness;
}

/** Prints an error for people to stderr and gives its exit code. Unexpected errors keep their stack: they are our bugs. */
export function reportError(error: unknown): number {
  const label = styleText('red', 'error:', { stream: process.stderr });
  if (!isHoldfastError(error)) {
    process.stderr.write(`${label} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.stderr.write('  this is a bug in Holdfast; the lines above help to find it\n');
    return exitCodes.harness;
  }
  if ('problems' in error) {
    // a scenario's problems come with their places and hints, ready to print
    process.stderr.write(`${error.message}\n`);
    return exitCodes.badInput;
  }
  process.stderr.write(`${label} ${error.message}\n`);
  for (const line of untoldLines(error)) process.stderr.write(`  ${line}\n`);
  if (error.hint !== undefined) process.stderr.write(`  hint: ${error.hint}\n`);
  process.stderr.write(`  code: ${error.code}\n`);
  return codeOfError(error.code);
}
