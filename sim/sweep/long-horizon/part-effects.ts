import { faultCatalogue } from '../../faults/catalogue.ts';
import type { Effect, World } from '../../faults/world.ts';
import type { Plan, PlannedFault } from '../../plan/plan.ts';

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

function recorder(plan: Plan, effects: PartEffect[]): World {
  const { suspectAfter, deadAfter } = plan.behaviour.detection;
  const silenceIsNoticed = suspectAfter !== undefined || deadAfter !== undefined;
  const note = async (part: string, verb: string, takesOut = false): Promise<Effect> => {
    effects.push({ part, verb, takesOut: takesOut && part.startsWith('connector/') });
    return { heal: async () => undefined, hits: () => 1 };
  };
  return {
    kill: (part) => note(part, 'kill', plan.behaviour.detection.onClose || silenceIsNoticed),
    freeze: (part) => note(part, 'freeze'),
    slow: (part, factor) => note(part, `slow ${factor}`),
    link: (hop, part, toxic) =>
      note(
        part,
        `link ${hop} ${JSON.stringify(toxic)}`,
        hop === 'service-connector' && toxic.kind === 'partition' && silenceIsNoticed,
      ),
    tokenService: (mode) => note('token-service', JSON.stringify(mode)),
    backend: (application, mode) => note(`application/${application}`, JSON.stringify(mode)),
    directory: (mode) => note('directory', JSON.stringify(mode)),
  };
}
