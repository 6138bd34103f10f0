import type { Plan, PlannedFault } from '../plan/plan.ts';
import { faultCatalogue } from './catalogue.ts';
import type { Effect, World } from './world.ts';

/** What a fault does to one part, read off its own effect; faults with equal effects are equal to a window. */
export interface PartEffect {
  readonly part: string;
  /** Verb and parameters. */
  readonly verb: string;
  /**
   * The part is a connector and does no work at all while this lasts and once it was noticed: then the system is the same
   * as without that connector.
   */
  readonly takesOut: boolean;
  /** Nothing gets through the part while this lasts, noticed or not; slowness and single errors do not count. */
  readonly stopsWork: boolean;
  /** Share of its work that the part can still do, in [0, 1]. */
  readonly capacity: number;
}

/**
 * The effects of a planned fault, found by starting it in a world that only writes down. So a new fault of the catalogue
 * needs nothing here.
 */
export async function partEffects(plan: Plan, fault: PlannedFault): Promise<readonly PartEffect[]> {
  const effects: PartEffect[] = [];
  await faultCatalogue.get(fault.kind).start(recorder(plan, effects), fault, plan);
  return effects;
}

/** True when some fault of the plan puts a toxic on a link, whatever the fault is called. */
export async function actsOnLinks(plan: Plan): Promise<boolean> {
  const effects = await Promise.all(plan.faults.map((fault) => partEffects(plan, fault)));
  return effects.flat().some(({ verb }) => verb.startsWith('link '));
}

function recorder(plan: Plan, effects: PartEffect[]): World {
  const { suspectAfter, deadAfter } = plan.behaviour.detection;
  const silenceIsNoticed = suspectAfter !== undefined || deadAfter !== undefined;
  const note = async (
    part: string,
    verb: string,
    stopsWork: boolean,
    takesOut = false,
    slower = 1,
  ): Promise<Effect> => {
    const capacity = stopsWork ? 0 : 1 / slower;
    effects.push({ part, verb, stopsWork, takesOut: takesOut && part.startsWith('connector/'), capacity });
    return { heal: async () => undefined, hits: () => 1 };
  };
  return {
    kill: (part) => note(part, 'kill', true, plan.behaviour.detection.onClose || silenceIsNoticed),
    freeze: (part) => note(part, 'freeze', true),
    slow: (part, factor) => note(part, `slow ${factor}`, false, false, factor),
    link: (hop, part, toxic) => {
      const cut = toxic.kind === 'partition' || toxic.kind === 'reset';
      const noticed = toxic.kind === 'reset' || silenceIsNoticed;
      return note(part, `link ${hop} ${JSON.stringify(toxic)}`, cut, cut && noticed && hop === 'service-connector');
    },
    tokenService: (mode) => note('token-service', JSON.stringify(mode), mode.kind === 'outage'),
    backend: (application, mode) => note(`application/${application}`, JSON.stringify(mode), mode.kind === 'down'),
    directory: (mode) => note('directory', JSON.stringify(mode), true),
  };
}
