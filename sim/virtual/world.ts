import { HoldfastError } from '../../proxy/host/errors.ts';
import type { BackendMode, DirectoryMode, Effect, Hop, LinkToxic, TokenServiceMode, World } from '../faults/world.ts';
import { type Kernel, worldLife } from './kernel.ts';
import type { Link } from './link.ts';
import type { Part } from './part.ts';
import type { ConnectorSite, InstanceSite, Topology } from './topology.ts';

const tokenServicePart = 'token-service';

/** The World port over a virtual topology. Effects take hold at once, within the event that asks for them. */
export class VirtualWorld implements World {
  readonly #topology: Topology;
  readonly #kernel: Kernel;
  /** Connectors between heal and process start. */
  readonly #starting = new Map<string, object>();

  constructor(topology: Topology, kernel: Kernel) {
    this.#topology = topology;
    this.#kernel = kernel;
  }

  async kill(part: string): Promise<Effect> {
    if (part === tokenServicePart) {
      const { tokenService } = this.#topology;
      const fault = tokenService.fault({ kind: 'outage' });
      tokenService.restarted();
      return effect(() => fault.heal(), fault.hits);
    }
    const instance = this.#topology.instances.get(part);
    if (instance !== undefined) return this.#killInstance(instance);
    return this.#killConnector(this.#connector(part));
  }

  /** It comes back `restartDelay` after the heal, unless it was killed again meanwhile (which then hit a starting process). */
  #killConnector({ plan, part }: ConnectorSite): Effect {
    const starting = this.#starting.delete(plan.id) ? 1 : 0;
    const broken = part.kill();
    return effect(
      () => {
        const start = {
          run: () => {
            if (this.#starting.get(plan.id) !== start) return;
            this.#starting.delete(plan.id);
            part.start();
          },
        };
        this.#starting.set(plan.id, start);
        this.#kernel.schedule(this.#kernel.now + plan.restartDelay, start, worldLife);
      },
      () => broken + starting,
    );
  }

  async freeze(part: string): Promise<Effect> {
    if (part === tokenServicePart) {
      const fault = this.#topology.tokenService.fault({ kind: 'frozen' });
      return effect(() => fault.heal(), fault.hits);
    }
    const frozen = this.#process(part);
    const { life } = frozen;
    const before = life.heldBack;
    let healedAt: number | undefined;
    frozen.freeze();
    return effect(
      () => {
        healedAt = life.heldBack;
        frozen.thaw();
      },
      () => (healedAt ?? life.heldBack) - before,
    );
  }

  async slow(part: string, factor: number): Promise<Effect> {
    if (part === tokenServicePart) {
      const fault = this.#topology.tokenService.fault({ kind: 'busy', factor });
      return effect(() => fault.heal(), fault.hits);
    }
    const connector = this.#connector(part);
    const before = connector.calls.served;
    connector.slow(factor);
    let healedAt: number | undefined;
    return effect(
      () => {
        healedAt = connector.calls.served;
        connector.slow(1);
      },
      () => (healedAt ?? connector.calls.served) - before,
    );
  }

  async link(hop: Hop, part: string, toxic: LinkToxic): Promise<Effect> {
    const link = this.#link(hop, part);
    const installed = link.install(toxic);
    return effect(
      () => link.remove(installed),
      () => installed.hits,
    );
  }

  async tokenService(mode: TokenServiceMode): Promise<Effect> {
    const fault = this.#topology.tokenService.fault(mode);
    return effect(() => fault.heal(), fault.hits);
  }

  async backend(application: string, mode: BackendMode): Promise<Effect> {
    const { backends } = this.#topology;
    const fault = backends.install(application, mode);
    return effect(
      () => backends.remove(application, fault),
      () => fault.hits,
    );
  }

  async directory(_mode: DirectoryMode): Promise<Effect> {
    const outage = this.#topology.directory?.down();
    if (outage === undefined) throw unknownPart('directory');
    return effect(() => outage.heal(), outage.hits);
  }

  #killInstance(instance: InstanceSite): Effect {
    const broken = instance.part.kill() + instance.door.open.length;
    for (const exchange of [...instance.door.open]) exchange.reset();
    return effect(
      () => instance.part.start(),
      () => broken,
    );
  }

  #link(hop: Hop, part: string): Link {
    const { instances, tokenLink } = this.#topology;
    switch (hop) {
      case 'user-service': {
        const instance = instances.get(part);
        if (instance === undefined) throw unknownPart(part);
        return instance.door.link;
      }
      case 'service-connector':
        return this.#connector(part).serviceLink;
      case 'connector-backend':
        return this.#connector(part).backendLink;
      case 'service-token':
        return tokenLink;
    }
  }

  #process(part: string): Part<unknown> {
    return this.#topology.instances.get(part)?.part ?? this.#connector(part).part;
  }

  #connector(part: string): ConnectorSite {
    const connector = this.#topology.connectors.get(part);
    if (connector === undefined) throw unknownPart(part);
    return connector;
  }
}

function effect(heal: () => void, hits: () => number): Effect {
  return { heal: async () => heal(), hits };
}

function unknownPart(part: string): HoldfastError {
  return new HoldfastError('ERR_PART_UNKNOWN', `the virtual world cannot do this to ${part}`, {
    facts: { part },
    hint: 'Parts are the ids of the plan: service/1, connector/<site>/<n>, token-service. A service instance has no CPU model to slow down.',
  });
}
