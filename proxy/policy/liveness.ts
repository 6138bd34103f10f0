import { type Micros, ms } from '../host/units.ts';
import type { Detection } from './behaviour.ts';

/**
 * The first limit of silence that a tunnel with nothing to carry passes though nothing is wrong: it is no longer than from
 * ping to ping and back (`roundTrip`). Undefined: none is.
 */
export function needlessAlarm(
  { pingInterval, suspectAfter, deadAfter }: Pick<Detection, 'pingInterval' | 'suspectAfter' | 'deadAfter'>,
  roundTrip: Micros = ms(0),
): 'suspectAfter' | 'deadAfter' | undefined {
  const heardAgain = pingInterval + roundTrip;
  if (deadAfter !== undefined && deadAfter <= heardAgain) return 'deadAfter';
  return suspectAfter !== undefined && suspectAfter <= heardAgain ? 'suspectAfter' : undefined;
}
