import type { RandomCause, ReliabilityInput } from './reliability-input.ts';
import { lostShareOfOutage, meanServedShare } from './session-life.ts';
import type { StagedCause, StagedStretch } from './staged-causes.ts';

/** Hears of everything that adds to the floor: the targets of a cause and about what it loses. */
export type AddShared = (targets: readonly string[], loss: number) => void;

type Application = ReliabilityInput['applications'][number];

/**
 * Share of an application's requests lost by what all its connectors share, if they never failed themselves. Random causes
 * are independent of each other and of the staged ones; these are taken as they lie in time, so what is gone twice at once
 * is lost once, and sites that are gone one after the other are never gone together.
 */
export function sharedLoss(
  input: ReliabilityInput,
  stretches: readonly StagedStretch[],
  application: Application,
  add: AddShared,
): number {
  const members = input.connectors.filter(({ group }) => group === application.group).map(({ id }) => id);
  const allGone = (parts: readonly string[]): boolean =>
    members.every((id) => parts.includes(id)) ||
    takesOutAll(parts, input) ||
    parts.includes(`application/${application.id}`);
  let served = 1;
  for (const cause of input.causes) {
    // The crash of an only connector is its own: more connectors help, so it is no limit to them.
    if (isOwnFailure(cause)) continue;
    const waiting = lives(input, application, cause).map((life) =>
      lostShareOfOutage(cause.meanDown, cause.downDistribution, life),
    );
    const share = allGone(cause.takesOut) ? 1 : Math.max(0, ...waiting);
    served *= 1 - share * cause.unavailability;
    if (share > 0) add(cause.targets, share * cause.unavailability);
  }
  const horizon = stretches.at(-1)?.until ?? 0;
  // What is lost is summed, not what is served: lengths need not add up to exactly 1, and nothing shared is exactly nothing lost.
  let lostStaged = 0;
  for (const { from, until, on } of stretches) {
    const length = (until - from) / horizon;
    const shared = on.filter((cause) => !isOwnFailure(cause));
    const alone = shared.filter(({ takesOut }) => allGone(takesOut));
    if (alone.length > 0 || allGone(shared.flatMap(({ takesOut }) => takesOut))) {
      for (const { targets } of alone.length > 0 ? alone : shared) add(targets, length);
      lostStaged += length;
      continue;
    }
    const outages = shared.flatMap((cause) => lives(input, application, cause).map((life) => ({ cause, life })));
    const left = meanServedShare(
      from,
      until,
      outages.map(({ cause, life }) => ({ since: cause.from, life })),
    );
    if (left < 1) for (const { cause } of outages) add(cause.targets, length * (1 - left));
    const noInstance = allInstancesDown(input, on);
    if (noInstance > 0) add(input.instances, length * noInstance);
    lostStaged += length * (1 - left * (1 - noInstance));
  }
  return 1 - served * Math.max(0, 1 - lostStaged);
}

/** What users live on while the cause keeps them from the token service, or connectors from the directory. */
function lives(
  input: ReliabilityInput,
  { signsIn, usesDirectory }: Application,
  { takesOut }: Pick<RandomCause, 'takesOut'>,
): ReadonlyArray<ReliabilityInput['sessionLife']> {
  const { sessionLife, ticketLife } = input;
  return [
    ...(signsIn && takesOut.includes('token-service') ? [sessionLife] : []),
    ...(usesDirectory && ticketLife !== null && takesOut.includes('directory')
      ? [{ from: ticketLife, to: ticketLife }]
      : []),
  ];
}

/** Chance that no instance is left while these staged causes are on, instances failing by themselves besides. */
function allInstancesDown(input: ReliabilityInput, on: readonly StagedCause[]): number {
  const single = input.causes.filter(({ takesOut }) => !takesOutAll(takesOut, input));
  return input.instances
    .map((id) => {
      if (on.some(({ takesOut }) => takesOut.includes(id))) return 1;
      return unavailabilityOf(single.filter(({ takesOut }) => takesOut.includes(id)));
    })
    .reduce((product, q) => product * q, 1);
}

const isOwnFailure = ({ targets }: Pick<RandomCause, 'targets'>): boolean =>
  targets.length === 1 && targets[0]?.startsWith('connector/') === true;

const takesOutAll = (parts: readonly string[], { instances }: ReliabilityInput): boolean =>
  instances.every((id) => parts.includes(id));

/** Share of the time that independent causes together are on. */
export const unavailabilityOf = (causes: readonly RandomCause[]): number =>
  1 - causes.reduce((up, { unavailability }) => up * (1 - unavailability), 1);
