import { type Micros, micros } from '../../proxy/host/units.ts';
import { needlessAlarm } from '../../proxy/policy/liveness.ts';
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
  const oneWay = Math.max(0, ...topology.sites.map(({ serviceLink: { latency, jitter } }) => latency + jitter));
  return behaviours.flatMap(({ name, detection }) => {
    const alarm = needlessAlarm(detection, micros(2 * oneWay));
    if (alarm === undefined) return [];
    const limit = detection[alarm] as Micros;
    const path = pathOf(name, alarm, output);
    const message = `after ${formatDuration(limit)} of silence tunnels ${said[alarm]}: a ping breaks it every ${formatDuration(detection.pingInterval)} only`;
    const hint = `write pingInterval: ${formatDuration(micros(limit / 5))} beside it, or lengthen ${alarm}`;
    return [problem('RANGE', path, message, hint)];
  });
}

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
