import { days } from '../../proxy/host/units.ts';
import type { Plan } from './plan.ts';

/** A shorter run is over before faults at their natural rates have come and gone. */
const shortest = days(1);

/**
 * Whether what runs of this plan lose may be told as time in a year, and their mean as that of the long run: they are long,
 * in real durations, and every fault comes at random. A year of runs that stage an outage would be a year of outages,
 * however large they are and however they are simulated.
 */
export function toldPerYear({ horizon, timeScale, faults, faultProcesses }: Plan): boolean {
  const drawn = new Set(faultProcesses.map(({ origin }) => origin));
  return timeScale === 1 && horizon >= shortest && faults.every(({ origin }) => drawn.has(origin));
}
