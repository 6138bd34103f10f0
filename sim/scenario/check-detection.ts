import { type Micros, micros } from '../../proxy/host/units.ts';
import { needlessAlarm } from '../../proxy/policy/liveness.ts';
import type { CellAxes } from '../plan/cells.ts';
import { formatDuration } from '../plan/quantities.ts';
import type { Scenario } from '../plan/scenario.ts';
import { type Problem, type ProblemPath, problem } from './problem.ts';
import type { ScenarioOutput } from './schema.ts';

const said = {
  deadAfter: 'would be lost with nothing wrong',
  suspectAfter: 'would get no work with nothing wrong',
} as const;

/** Behaviours of the scenario's own whose pings are too rare for what they call silence. */
export function detectionProblems({ behaviours, topology }: Scenario, output: ScenarioOutput): readonly Problem[] {
  const roundTrip = roundTripOf(topology.sites);
  return behaviours.flatMap(({ name, detection }) => {
    const alarm = needlessAlarm(detection, roundTrip);
    if (alarm === undefined) return [];
    const limit = detection[alarm] as Micros;
    const path = pathOf(name, alarm, output);
    const message = `after ${formatDuration(limit)} of silence tunnels ${said[alarm]}: a ping breaks it every ${formatDuration(detection.pingInterval)} only`;
    const hint = `write pingInterval: ${formatDuration(micros(limit / 5))} beside it, or lengthen ${alarm}`;
    return [problem('RANGE', path, message, hint)];
  });
}

/** From the service to the farthest of these sites and back. */
function roundTripOf(sites: Scenario['topology']['sites']): Micros {
  return micros(2 * Math.max(0, ...sites.map(({ serviceLink: { latency, jitter } }) => latency + jitter)));
}

/**
 * The same of the behaviour that one cell runs with, shipped ones too: axes turn its detection and the links under it.
 * Nothing where a record of the scenario's own, as it runs here, has been told by itself. `axes`: of the cell; `prefix`:
 * of the sweep.
 */
export function cellDetectionProblems(
  cell: Scenario,
  scenario: Scenario,
  axes: CellAxes,
  prefix: ProblemPath,
): readonly Problem[] {
  const { name, detection } = cell.behaviour;
  const { sites, groups } = cell.topology;
  const used = sites.filter(({ id }) =>
    groups.some(({ connectors }) => connectors.some(({ site, count }) => site === id && count > 0)),
  );
  const roundTrip = roundTripOf(used);
  const alarm = needlessAlarm(detection, roundTrip);
  if (alarm === undefined) return [];
  const own = scenario.behaviours.find((one) => one.name === name)?.detection;
  const asWritten = own !== undefined && own.pingInterval === detection.pingInterval && own[alarm] === detection[alarm];
  if (asWritten && needlessAlarm(own, roundTripOf(scenario.topology.sites)) === alarm) return [];
  const heard = formatDuration(micros(detection.pingInterval + roundTrip));
  const message = `after ${formatDuration(detection[alarm] as Micros)} of silence tunnels ${said[alarm]}: a ping and its answer break it after ${heard} only`;
  const axis = (['detection time', 'site link latency', 'behaviour'] as const).find((one) => axes[one] !== undefined);
  if (axis !== undefined) {
    const index = scenario.sweep.find((one) => one.axis === axis)?.values.indexOf(axes[axis] as string | number) ?? 0;
    return [problem('RANGE', [...prefix, 'sweep', axis, index], message, hints[axis](alarm))];
  }
  const far = used.find((site) => roundTripOf([site]) === roundTrip)?.id ?? '';
  const hint = `shorten the link, or write a behaviour of your own with a longer ${alarm}`;
  return [problem('RANGE', ['topology', 'sites', far, 'link'], message, hint)];
}

const hints = {
  'detection time': () => 'take it out of the sweep, lengthen it, or shorten the links of the sites',
  'site link latency': (alarm: string) => `take it out of the sweep, or use a behaviour with a longer ${alarm}`,
  behaviour: () => 'take it out of the sweep, or shorten the links of the sites',
} as const;

/** Where the limit is written, or the interval if the limit comes from the record it is based on. */
function pathOf(
  name: string,
  alarm: 'suspectAfter' | 'deadAfter',
  { behaviour, behaviours }: ScenarioOutput,
): ProblemPath {
  const inline = typeof behaviour === 'string' || behaviour.name !== name ? undefined : behaviour;
  const written = (inline ?? behaviours[name])?.detection;
  const record = inline === undefined ? ['behaviours', name] : ['behaviour'];
  return [...record, 'detection', written?.[alarm] === undefined ? 'pingInterval' : alarm];
}
