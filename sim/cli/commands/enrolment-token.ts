import { createEnrolmentToken } from '../../../proxy/node/roles/enrolment-token.ts';
import { exitCodes } from '../exit-codes.ts';

/** Prints a one-time token, alone on standard output, and on standard error where it goes. */
export async function enrolmentToken(connector: string, options: { readonly config: string }): Promise<number> {
  process.stdout.write(`${createEnrolmentToken(options.config, connector)}\n`);
  process.stderr.write(`Good once, for an hour, as enrolment.token in the configuration of ${connector}.\n`);
  return exitCodes.met;
}
