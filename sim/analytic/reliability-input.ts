import { instant } from '../../proxy/host/units.ts';
import { partEffects } from '../faults/part-effects.ts';
import type { FaultProcess, Plan, PlannedFault } from '../plan/plan.ts';

/** What arithmetic needs of a plan: parts, what each random cause does to them, and the load. */
export interface ReliabilityInput {
  readonly connectors: ReadonlyArray<{
    readonly id: string;
    readonly group: string;
    /** Requests a second it can carry. */
    readonly capacity: number;
  }>;
  readonly instances: readonly string[];
  readonly causes: readonly RandomCause[];
  readonly applications: ReadonlyArray<{
    readonly id: string;
    readonly group: string;
    readonly requestsPerSecond: number;
    readonly signsIn: boolean;
    readonly usesDirectory: boolean;
  }>;
  /** Microseconds. */
  readonly sessionLife: { readonly from: number; readonly to: number };
  readonly ticketLife: number | null;
}

/** One cause of failure: share of the time it is on, and the parts that are then gone. */
export interface RandomCause {
  readonly name: string;
  /** What the fault is aimed at, targets or places as in PlannedFault: `site/paris`, `egress/wan`, `token-service`. */
  readonly targets: readonly string[];
  readonly unavailability: number;
  /** Microseconds. */
  readonly meanDown: number;
  readonly downDistribution: 'exponential' | 'constant';
  /** Connectors, instances, `token-service`, `directory`, `application/<id>`. */
  readonly takesOut: readonly string[];
}

/** Reads the input off a plan's fault processes. Faults that only slow something down take nothing out. */
export async function reliabilityInput(plan: Plan): Promise<ReliabilityInput> {
  const causes: RandomCause[] = [];
  for (const clock of plan.faultProcesses) causes.push(...(await causesOf(plan, clock)));
  const rate = (application: string): number =>
    plan.workloads.reduce(
      (sum, workload) => (workload.application === application ? sum + workload.requestsPerSecond : sum),
      0,
    );
  return {
    connectors: plan.topology.connectors.map(({ id, group, cores, demand }) => ({
      id,
      group,
      capacity: (cores * 1_000_000) / demand,
    })),
    instances: plan.topology.instances.map(({ id }) => id),
    causes,
    applications: plan.applications.map(({ id, group, preAuthentication, singleSignOn }) => ({
      id,
      group,
      requestsPerSecond: rate(id),
      signsIn: preAuthentication === 'token-service',
      usesDirectory: singleSignOn === 'kerberos',
    })),
    sessionLife: plan.identity.sessionLife,
    ticketLife: plan.directory?.ticketLife ?? null,
  };
}

/** A clock whose member is drawn anew each time is one cause per candidate, each with its share. */
async function causesOf(plan: Plan, clock: FaultProcess): Promise<RandomCause[]> {
  const unavailability = clock.meanDown / (clock.meanUp + clock.meanDown);
  const shape = { meanDown: clock.meanDown, downDistribution: clock.downDistribution };
  const together = new Set<string>();
  const aims = new Set<string>();
  const drawn: RandomCause[] = [];
  for (const [i, member] of clock.members.entries()) {
    const targets = member.choose === 'one' ? member.targets.map((target) => [target]) : [member.targets];
    for (const some of targets) {
      const parts = await gone(plan, { ...member, targets: some });
      if (member.choose === 'all') {
        for (const part of parts) together.add(part);
        if (parts.length > 0) for (const aim of member.place === undefined ? some : [member.place]) aims.add(aim);
      } else {
        const name = `${clock.id}/${i}/${some.join()}`;
        drawn.push({ name, targets: some, unavailability: unavailability / targets.length, ...shape, takesOut: parts });
      }
    }
  }
  const all = { name: clock.id, targets: [...aims], unavailability, ...shape, takesOut: [...together] };
  return [...(together.size > 0 ? [all] : []), ...drawn.filter(({ takesOut }) => takesOut.length > 0)];
}

/** Parts that nothing gets through while such a fault is on. */
export async function gone(
  plan: Plan,
  member: Pick<PlannedFault, 'kind' | 'targets' | 'parameters'>,
): Promise<string[]> {
  const fault: PlannedFault = { ...member, id: 'any', at: instant(0), until: null, origin: 'random' };
  const effects = await partEffects(plan, fault);
  return effects.filter(({ stopsWork }) => stopsWork).map(({ part }) => part);
}
