import type { Random } from '../../proxy/host/random.ts';
import { instant, type Micros, micros } from '../../proxy/host/units.ts';
import type { FaultProcess, PlannedFault } from './plan.ts';

type Member = FaultProcess['members'][number];

/** Failures of one process in one run are bounded: beyond this the plan would not be a scenario but a mistake. */
export const maxOccurrences = 100_000;

/**
 * One of several candidates, anew for each occurrence. Each candidate draws from a stream of its own and the smallest
 * draw wins, so one candidate more changes a choice only in its own favour.
 */
export class Chooser {
  readonly #streams: ReadonlyArray<readonly [target: string, stream: Random]>;

  constructor(random: Random, name: string, targets: readonly string[]) {
    this.#streams = targets.map((target) => [target, random.fork(`fault/${name}/choice/${target}`)]);
  }

  next(): string {
    let chosen = '';
    let least = Number.POSITIVE_INFINITY;
    for (const [target, stream] of this.#streams) {
      const draw = stream.next();
      if (draw < least) {
        least = draw;
        chosen = target;
      }
    }
    return chosen;
  }
}

/**
 * Occurrences of a process in [0, horizon), all parts up at 0: exponential time up, then down, and so on, from the stream
 * `fault/<process id>`. Times scale with the means, so cells with other means see the same draws.
 */
export function drawProcess(renewal: FaultProcess, random: Random, horizon: Micros): readonly PlannedFault[] {
  const clock = random.fork(`fault/${renewal.id}`);
  const choosers = renewal.members.map((member, index) =>
    member.choose === 'one' ? new Chooser(random, `${renewal.id}/${index}`, member.targets) : undefined,
  );
  const faults: PlannedFault[] = [];
  let at = 0;
  for (let occurrence = 1; occurrence <= maxOccurrences; occurrence++) {
    at += Math.max(1, Math.round(clock.exponential(renewal.meanUp)));
    const draw = renewal.downDistribution === 'constant' ? renewal.meanDown : clock.exponential(renewal.meanDown);
    const until = at + Math.max(1, Math.round(draw));
    if (at >= horizon) break;
    renewal.members.forEach((member, index) => {
      faults.push(occurrenceOf(renewal, member, index, occurrence, choosers[index]?.next(), at, until));
    });
    at = until;
  }
  return faults;
}

function occurrenceOf(
  renewal: FaultProcess,
  member: Member,
  index: number,
  occurrence: number,
  chosen: string | undefined,
  at: number,
  until: number,
): PlannedFault {
  return {
    id: `${renewal.id}/${occurrence}${renewal.members.length > 1 ? `/${index + 1}` : ''}`,
    kind: member.kind,
    targets: chosen === undefined ? member.targets : [chosen],
    ...(member.place !== undefined && { place: member.place }),
    at: instant(at),
    until: instant(until),
    parameters: member.parameters,
    origin: renewal.origin,
  };
}

/** The order of a plan: by instant, then id. */
export function inPlanOrder(faults: readonly PlannedFault[]): readonly PlannedFault[] {
  return [...faults].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** A span as the end of a fault that begins at `at`. */
export const endOf = (at: Micros, span: Micros | null) =>
  span === null ? null : instant(at + Math.max(1, micros(span)));
