import { HoldfastError } from '../../proxy/host/errors.ts';
import type { BackendMode, DirectoryMode, Effect, Hop, LinkToxic, TokenServiceMode, World } from '../faults/world.ts';
import type { AppliedToxic } from './fault-links.ts';
import { Growth } from './growth.ts';
import { socketsOf } from './process-sockets.ts';
import { internalHost } from './role-configs.ts';
import type { Answer } from './role-process.ts';
import { watchedEffect } from './watched-effect.ts';

/** What the live world needs of a run's processes and links. */
export interface LiveParts {
  readonly plan: { readonly topology: { readonly instances: readonly Id[]; readonly connectors: readonly Id[] } };
  readonly links: {
    apply(names: readonly string[], toxic: LinkToxic): Promise<AppliedToxic>;
    enable(names: readonly string[], enabled: boolean): Promise<void>;
    bytes(names: readonly string[]): Promise<number[]>;
  };
  linksOf(hop: Hop, part: string): readonly string[];
  role(part: string): {
    readonly pid: number | undefined;
    freeze(): void;
    thaw(): void;
    isStopped(): Promise<boolean>;
  };
  /** True when it was on its way back from a kill before. */
  kill(part: string): Promise<boolean>;
  restart(part: string): Promise<void>;
  /** A question. Undefined: no answer in time, or refused. */
  command(part: string, message: Readonly<Record<string, unknown>>, withinMs?: number): Promise<Answer | undefined>;
  /** A change, which a frozen part makes once it runs again. @throws HoldfastError ERR_ROLE_REFUSED */
  order(part: string, message: Readonly<Record<string, unknown>>): Promise<void>;
}

interface Id {
  readonly id: string;
}

/** A look must not delay a fault or its heal where a part does not answer. */
const lookWithinMs = 300;

/** The part name of the load driver, which counts what the harness's own users met. */
export const driverPart = 'load driver';

/** It tells the hits of the mode in force; backends tell those of all their modes. */
const tokenServicePart = 'token-service';

/**
 * The World port on real processes and sockets. What a verb touched is counted where it shows: connections a kill broke,
 * bytes a frozen process did not read, links whose bytes met a toxic, exchanges that roles served slowly or were refused.
 */
export class LiveWorld implements World {
  readonly #parts: LiveParts;

  constructor(parts: LiveParts) {
    this.#parts = parts;
  }

  async kill(part: string): Promise<Effect> {
    const broken = await this.#carries(part);
    const starting = (await this.#parts.kill(part)) ? 1 : 0;
    let healed: Promise<void> | undefined;
    return {
      hits: () => broken + starting,
      heal: () => {
        healed ??= this.#parts.restart(part);
        return healed;
      },
    };
  }

  async freeze(part: string): Promise<Effect> {
    const role = this.#parts.role(part);
    role.freeze();
    const stopped = await role.isStopped();
    const unread = async (): Promise<number> => {
      if (!stopped || role.pid === undefined) return 0;
      // without /proc the kernel cannot be asked: as told
      return (await socketsOf(role.pid))?.unread ?? (process.platform === 'linux' ? 0 : 1);
    };
    return watchedEffect(unread, async () => role.thaw());
  }

  async slow(part: string, factor: number): Promise<Effect> {
    return this.#told(part, part === tokenServicePart ? 'hits' : 'served', { slow: factor }, { slow: 1 });
  }

  async link(hop: Hop, part: string, toxic: LinkToxic): Promise<Effect> {
    const names = this.#parts.linksOf(hop, part);
    const before = await this.#parts.links.bytes(names);
    const applied = await this.#parts.links.apply(names, toxic);
    // a link takes connections itself, so the front door's probes would see none of this
    const probed = hop === 'user-service' && (toxic.kind === 'partition' || toxic.kind === 'reset');
    if (probed) await this.#parts.order(driverPart, { blocked: part });
    return watchedEffect(
      async () => {
        const after = await this.#parts.links.bytes(names);
        return names.filter((_, index) => (after[index] ?? 0) > (before[index] ?? 0)).length;
      },
      async () => {
        await applied.remove();
        if (probed) await this.#parts.order(driverPart, { unblocked: part });
      },
    );
  }

  async tokenService(mode: TokenServiceMode): Promise<Effect> {
    switch (mode.kind) {
      case 'outage': {
        const askers = [driverPart, ...this.#parts.plan.topology.instances.map(({ id }) => id)];
        return this.#cutOff(this.#parts.linksOf('service-token', tokenServicePart), askers, 'tokenServiceRefused');
      }
      case 'slow':
        return this.#mode(tokenServicePart, { mode: 'slow', addedMs: mode.added / 1000 });
      case 'errors':
        return this.#told(tokenServicePart, 'failed', { errors: errorsOf(mode) }, { errors: null });
    }
  }

  async backend(application: string, mode: BackendMode): Promise<Effect> {
    const part = `backend/${application}`;
    if (mode.kind === 'slow') return this.#mode(part, { mode: 'slow', addedMs: mode.added / 1000 });
    if (mode.kind === 'errors') return this.#mode(part, { mode: 'errors', rate: mode.rate, status: mode.status });
    const askers = this.#parts.plan.topology.connectors.map(({ id }) => id);
    const counter = `failed http://${internalHost(application)}/`;
    return this.#cutOff(this.#parts.linksOf('connector-backend', part), askers, counter);
  }

  async directory(_mode: DirectoryMode): Promise<Effect> {
    throw new HoldfastError('ERR_PLAN_NOT_LIVE', 'the directory exists in virtual time only', {
      hint: 'run this scenario with --engine virtual',
    });
  }

  /** Tunnels and requests in flight of a process that is about to die; of one that does not answer, its connections. */
  async #carries(part: string): Promise<number> {
    const answer = await this.#parts.command(part, { metrics: true }, lookWithinMs);
    if (answer !== undefined) {
      return (countIn(answer, 'openTunnels') ?? countIn(answer, 'tunnels') ?? 0) + (countIn(answer, 'inFlight') ?? 0);
    }
    const { pid } = this.#parts.role(part);
    return (pid === undefined ? undefined : await socketsOf(pid))?.open ?? 0;
  }

  /** A mode of a service that counts for itself what it touches. */
  #mode(part: string, message: Readonly<Record<string, unknown>>): Promise<Effect> {
    return this.#told(part, part === tokenServicePart ? 'hits' : 'touched', message, { mode: 'up' });
  }

  async #told(
    part: string,
    counter: string,
    message: Readonly<Record<string, unknown>>,
    undo: Readonly<Record<string, unknown>>,
  ): Promise<Effect> {
    const look = this.#watch([part], counter);
    await look();
    await this.#parts.order(part, message);
    return watchedEffect(look, () => this.#parts.order(part, undo));
  }

  /** Links that refuse connections; the askers count what they were refused, so that no probe of ours counts. */
  async #cutOff(names: readonly string[], askers: readonly string[], counter: string): Promise<Effect> {
    const look = this.#watch(askers, counter);
    await look();
    await this.#parts.links.enable(names, false);
    return watchedEffect(look, () => this.#parts.links.enable(names, true));
  }

  /** By how much a counter of these parts has grown since its first look. */
  #watch(parts: readonly string[], counter: string): () => Promise<number> {
    const growth = new Growth();
    return async () => {
      const answers = await Promise.all(
        parts.map((part) => this.#parts.command(part, { metrics: true }, lookWithinMs).catch(() => undefined)),
      );
      let total = 0;
      answers.forEach((answer, index) => {
        // a counter that is not there yet has counted nothing
        const value = answer === undefined ? undefined : (countIn(answer, counter) ?? 0);
        total = growth.note(parts[index] ?? '', value);
      });
      return total;
    };
  }
}

type TokenServiceErrors = Extract<TokenServiceMode, { kind: 'errors' }>;

function errorsOf({ rate, status, retryAfter }: TokenServiceErrors): Readonly<Record<string, unknown>> {
  return { rate, status, retryAfterS: retryAfter === null ? null : Math.ceil(retryAfter / 1_000_000) };
}

function countIn(answer: Answer, counter: string): number | undefined {
  const value = answer[counter];
  return typeof value === 'number' ? value : undefined;
}
