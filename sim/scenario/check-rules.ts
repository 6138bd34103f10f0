import { maxOccurrences } from '../plan/draw-faults.ts';
import { formatDuration } from '../plan/quantities.ts';
import type { Scenario } from '../plan/scenario.ts';
import { detectionProblems } from './check-detection.ts';
import { type Problem, type ProblemPath, problem } from './problem.ts';
import type { ScenarioOutput } from './schema.ts';

/** Values that are each well formed and make no sense together. `output` is the written shape, where halves show. */
export function ruleProblems(scenario: Scenario, output: ScenarioOutput): readonly Problem[] {
  const live = output.live?.faults;
  return [
    ...runProblems(scenario),
    ...detectionProblems(scenario, output),
    ...occurrenceProblems(scenario, []),
    ...causeProblems(output.faults, ['faults', 'together']),
    ...(live === undefined ? [] : causeProblems(live, ['live', 'faults', 'together'])),
    ...(scenario.live?.faults
      ? occurrenceProblems(
          {
            ...scenario,
            run: { ...scenario.run, duration: scenario.live.duration ?? scenario.run.duration },
            faults: scenario.live.faults,
          },
          ['live'],
        )
      : []),
  ];
}

function runProblems({ run, outcome }: Scenario): readonly Problem[] {
  const found: Problem[] = [];
  if (run.replications.min > run.replications.max) {
    found.push(
      problem(
        'RANGE',
        ['run', 'replications'],
        `replications: min ${run.replications.min} is more than max ${run.replications.max}`,
        `write replications: ${run.replications.max} for that many, or a min of at most ${run.replications.max} (without one it is 10)`,
      ),
    );
  }
  if (run.confidence <= 0 || run.confidence >= 1) {
    const message = 'run.confidence must be more than 0% and less than 100%';
    found.push(problem('RANGE', ['run', 'confidence'], message, 'write 95%, or 99% for fewer wrong verdicts'));
  }
  if (run.precision <= 0) {
    const hint = 'write 10%; less takes more replications, at most replications.max';
    found.push(problem('RANGE', ['run', 'precision'], 'run.precision must be more than 0%', hint));
  }
  if (outcome.window > run.duration) {
    const message = `the window of ${formatDuration(outcome.window)} is longer than the run`;
    const hint = `lengthen run.duration, or write objectives: { window: { length: ${formatDuration(run.duration)} } }`;
    found.push(problem('RANGE', ['objectives', 'window', 'length'], message, hint));
  }
  return found;
}

/** Faults that cannot happen inside the run, or so often that the plan would not end. */
function occurrenceProblems({ run, faults }: Scenario, prefix: ProblemPath): readonly Problem[] {
  const { duration } = run;
  const late = (at: number, path: ProblemPath): readonly Problem[] => {
    if (at < duration) return [];
    const message = `the fault starts at ${formatDuration(at)}, after the end of the run (${formatDuration(duration)})`;
    return [problem('RANGE', [...path, 'at'], message, 'start it earlier, or lengthen run.duration')];
  };
  const often = (mtbf: number, path: ProblemPath): readonly Problem[] =>
    duration / mtbf <= maxOccurrences / 10
      ? []
      : [
          problem(
            'RANGE',
            [...path, 'mtbf'],
            `more than ${maxOccurrences / 10} failures in one replication`,
            'lengthen mtbf',
          ),
        ];
  const at = (list: string, index: number): ProblemPath => [...prefix, 'faults', list, index];
  return [
    ...faults.schedule.flatMap((fault, index) => late(fault.at, at('schedule', index))),
    ...faults.random.flatMap((fault, index) => often(fault.mtbf, at('random', index))),
    ...faults.together.flatMap(({ timing }, index) =>
      timing.kind === 'at' ? late(timing.at, at('together', index)) : often(timing.mtbf, at('together', index)),
    ),
  ];
}

function causeProblems({ together }: ScenarioOutput['faults'], path: ProblemPath): readonly Problem[] {
  return together.flatMap((cause, index) => {
    const clock = [cause.mtbf, cause.mttr].filter((value) => value !== undefined).length;
    const fixed = [cause.at, cause.for].filter((value) => value !== undefined).length;
    if ((clock === 2 && fixed === 0) || (clock === 0 && cause.at !== undefined)) return [];
    const message = `the cause "${cause.name}" needs either at (and for), or mtbf and mttr`;
    const hint = 'write at: 5m, for: 1m to have it once, or mtbf: 30d, mttr: 1h to have it at random';
    return [problem('TIMING', [...path, index], message, hint)];
  });
}
