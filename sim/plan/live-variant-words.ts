import { cells } from './cells.ts';
import { liveForm } from './live-form.ts';
import { formatDuration } from './quantities.ts';
import type { Scenario } from './scenario.ts';

/**
 * How the live form differs from its scenario, for readers of a live report: `Live variant: 1 of 2 configurations, faults
 * staged for it, 30 s instead of 30 d.` Empty when the scenario runs live as it is.
 */
export function liveVariantWords(scenario: Scenario): string {
  const form = liveForm(scenario);
  const [all, kept] = [cells(scenario).length, cells(form).length];
  const lasts = ({ run }: Scenario): string => formatDuration(Math.round(run.duration / run.timeScale));
  const load = ({ workloads }: Scenario): number => workloads.reduce((sum, one) => sum + one.requestsPerSecond, 0);
  const parts = [
    kept === all ? '' : `${kept} of ${all} configurations`,
    form.faults === scenario.faults ? '' : 'faults staged for it',
    lasts(form) === lasts(scenario) ? '' : `${lasts(form)} instead of ${lasts(scenario)}`,
    load(form) === load(scenario) ? '' : `${load(form)} requests a second instead of ${load(scenario)}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `Live variant: ${parts.join(', ')}.`;
}
