import type { Finding } from './check.ts';
import type { Plan, PlannedFault } from './plan.ts';
import { formatByteRate, formatDuration } from './quantities.ts';

/** Toxics count in whole milliseconds and in kilobytes of 1000 bytes a second, at least one of these. */
const unit = { latency: 1_000, rate: 1_000 } as const;

/** A live link that is this much off what was asked for is another link. */
const mostOff = 0.05;

function off(given: number, counted: number): boolean {
  return Math.abs(counted - given) > mostOff * given;
}

/** Latencies and bandwidths that a live run would play as quite others: virtual time takes them as they are. */
export function liveLinkFindings(plan: Plan): readonly Finding[] {
  const { userLink, tokenLink, sites } = plan.topology;
  const links = [
    ['the users’ link', userLink],
    ['the link to the token service', tokenLink],
    ...sites.map(({ id, serviceLink }) => [`the link of site ${id}`, serviceLink] as const),
    ...sites.map(({ id, backendLink }) => [`the backend link of site ${id}`, backendLink] as const),
  ] as const;
  const found = links.flatMap(([name, { bytesPerSecond }]) =>
    bytesPerSecond === null ? [] : rateFindings(name, bytesPerSecond),
  );
  return [...found, ...plan.faults.flatMap(faultFindings)];
}

function faultFindings({ id, kind, targets, parameters }: PlannedFault): readonly Finding[] {
  const name = `${kind} on ${targets.join(', ')} (${id})`;
  const { latency, rate } = parameters;
  if (kind === 'link bandwidth' && typeof rate === 'number') return rateFindings(name, rate);
  if (kind !== 'link latency' || typeof latency !== 'number') return [];
  const counted = Math.round(latency / unit.latency) * unit.latency;
  if (!off(latency, counted)) return [];
  return [finding(name, formatDuration(latency), 'milliseconds', formatDuration(counted))];
}

function rateFindings(name: string, rate: number): readonly Finding[] {
  const counted = Math.max(1, Math.round(rate / unit.rate)) * unit.rate;
  return off(rate, counted) ? [finding(name, formatByteRate(rate), 'kB/s', `${counted / 1_000}kB/s`)] : [];
}

function finding(about: string, given: string, counts: string, counted: string): Finding {
  return {
    severity: 'refuse',
    code: 'ERR_CHECK_LIVE_LINK',
    message: `${about}: live counts whole ${counts} and would make ${counted} of ${given}`,
    hint: `give a whole number of ${counts}, or run it virtual`,
    about,
  };
}
