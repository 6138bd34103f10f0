import { after, type Instant, instant, type Micros, seconds } from '../../proxy/host/units.ts';
import type { Plan, PlannedFault } from '../../sim/plan/plan.ts';

/**
 * Two wrong simulators. A row that cannot tell the right one from these proves nothing, so it counts as inconclusive.
 */

/** The virtual world leaves the fault out. */
export function withoutFaults(plan: Plan): Plan {
  return { ...plan, faults: [] };
}

/** The virtual world notices every fault 5 s late: detection is longer, and faults without detection begin and end late. */
export function noticedLate(plan: Plan): Plan {
  const late = seconds(5);
  const { detection } = plan.behaviour;
  if (plan.faults.every(({ kind }) => kind === 'service instance crash')) {
    const { frontDoor } = plan.topology;
    const unhealthyAfter = (frontDoor.unhealthyAfter + late) as Micros;
    return { ...plan, topology: { ...plan.topology, frontDoor: { ...frontDoor, unhealthyAfter } } };
  }
  const detected = plan.faults.some(({ kind }) => /^(connector|site|shared egress|link)/.test(kind));
  if (!detected) return { ...plan, faults: plan.faults.map((fault) => shifted(fault, late, plan.horizon)) };
  const deadAfter = (detection.onClose ? 0 : (detection.deadAfter ?? 0)) + late;
  return {
    ...plan,
    behaviour: {
      ...plan.behaviour,
      detection: { ...detection, onClose: false, suspectAfter: undefined, deadAfter: deadAfter as Micros },
    },
    faults: plan.faults.map((fault) => shifted(fault, late, plan.horizon)),
  };
}

function shifted(fault: PlannedFault, by: Micros, horizon: Micros): PlannedFault {
  const until = fault.until === null ? null : after(fault.until, by);
  const within = (at: Instant): Instant => instant(Math.min(at, horizon - 1));
  return { ...fault, at: within(after(fault.at, by)), until: until === null ? null : within(until) };
}
