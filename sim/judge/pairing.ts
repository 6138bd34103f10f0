import { canonicalJson } from '../plan/canonical.ts';
import { formatDuration } from '../plan/quantities.ts';
import type { Scenario } from '../plan/scenario.ts';

/**
 * Why replications of two scenarios do not pair, in plain words; empty: they do. Pairs share chance only while the same
 * users send the same requests at the same instants over the same span, and while a lost request means the same.
 */
export function unpairable(before: Scenario, now: Scenario): readonly string[] {
  const reasons: string[] = [];
  const differs = (what: string, old: string, fresh: string): void => {
    if (old !== fresh) reasons.push(`${what} differs: ${old} in the baseline, ${fresh} now`);
  };
  differs('the length of the run', formatDuration(before.run.duration), formatDuration(now.run.duration));
  differs('the time scale', String(before.run.timeScale), String(now.run.timeScale));
  differs('the deadline', formatDuration(before.outcome.deadline), formatDuration(now.outcome.deadline));
  if (canonicalJson(before.workloads) !== canonicalJson(now.workloads)) {
    reasons.push('the workload differs: other requests were sent');
  }
  return reasons;
}

/** What a reader calls the members of a scenario; those that stand side by side in a file have one name. */
const memberWords: Readonly<Record<keyof Scenario, string>> = {
  name: 'name',
  description: 'description',
  run: 'run',
  topology: 'topology',
  throttle: 'throttle',
  applications: 'applications',
  identity: 'identity',
  directory: 'directory',
  behaviour: 'behaviour',
  behaviours: 'behaviours',
  workloads: 'workload',
  faults: 'faults',
  outcome: 'objectives',
  objectives: 'objectives',
  sweep: 'sweep',
  prices: 'prices',
  live: 'live',
};

/** The sections of a scenario file in which two scenarios differ, in their order; empty: they are the same. */
export function changedSections(before: Scenario, now: Scenario): readonly string[] {
  const members = Object.keys(memberWords) as Array<keyof Scenario>;
  const changed = members.filter((member) => canonicalJson(before[member]) !== canonicalJson(now[member]));
  return [...new Set(changed.map((member) => memberWords[member]))];
}
