import { HoldfastError } from '../../proxy/host/errors.ts';
import type { BackendMode, DirectoryMode, Effect, Hop, LinkToxic, TokenServiceMode, World } from '../faults/world.ts';
import type { Rig } from './rig.ts';

/**
 * The World port on real processes and sockets. Every verb proves that it took effect by observing it: a process that is
 * gone or stopped, a link whose bytes met a toxic, a refused connection, a role that acknowledged.
 */
export class LiveWorld implements World {
  readonly #rig: Rig;

  constructor(rig: Rig) {
    this.#rig = rig;
  }

  async kill(part: string): Promise<Effect> {
    await this.#rig.kill(part);
    return effect(
      () => 1,
      () => this.#rig.restart(part),
    );
  }

  async freeze(part: string): Promise<Effect> {
    const role = this.#rig.role(part);
    role.freeze();
    const stopped = await role.isStopped();
    return effect(
      () => (stopped ? 1 : 0),
      async () => role.thaw(),
    );
  }

  async slow(part: string, factor: number): Promise<Effect> {
    const acknowledged = await this.#rig.slow(part, factor);
    return effect(
      () => (acknowledged ? 1 : 0),
      async () => {
        await this.#rig.slow(part, 1);
      },
    );
  }

  async link(hop: Hop, part: string, toxic: LinkToxic): Promise<Effect> {
    const names = this.#rig.linksOf(hop, part);
    const before = await this.#rig.links.bytes(names);
    const applied = await Promise.all(names.map((name) => this.#rig.links.apply(name, toxic)));
    let hits = 0;
    // a link counts as hit once bytes met the toxic; looked at while it runs, since nobody may be left to ask at the end
    const look = async (): Promise<void> => {
      const after = await this.#rig.links.bytes(names);
      hits = names.filter((_, index) => (after[index] ?? 0) > (before[index] ?? 0)).length;
    };
    const timer = setInterval(() => void look(), 500);
    return effect(
      () => hits,
      async () => {
        clearInterval(timer);
        await look();
        for (const one of applied) await one.remove();
      },
    );
  }

  async tokenService(mode: TokenServiceMode): Promise<Effect> {
    switch (mode.kind) {
      case 'outage': {
        const names = this.#rig.linksOf('service-token', 'token-service');
        for (const name of names) await this.#rig.links.enable(name, false);
        const refused = await this.#rig.links.refuses(names);
        return effect(
          () => refused,
          async () => {
            for (const name of names) await this.#rig.links.enable(name, true);
          },
        );
      }
      case 'slow':
        return this.#command('token-service', { mode: 'slow', addedMs: mode.added / 1000 });
      case 'errors':
        return this.#command('token-service', {
          mode: 'errors',
          rate: mode.rate,
          status: mode.status,
          retryAfterS: mode.retryAfter === null ? null : Math.ceil(mode.retryAfter / 1_000_000),
        });
    }
  }

  async backend(application: string, mode: BackendMode): Promise<Effect> {
    const part = `backend/${application}`;
    if (mode.kind === 'slow') return this.#command(part, { mode: 'slow', addedMs: mode.added / 1000 });
    if (mode.kind === 'errors') return this.#command(part, { mode: 'errors', rate: mode.rate, status: mode.status });
    const names = this.#rig.linksOf('connector-backend', part);
    for (const name of names) await this.#rig.links.enable(name, false);
    const refused = await this.#rig.links.refuses(names);
    return effect(
      () => refused,
      async () => {
        for (const name of names) await this.#rig.links.enable(name, true);
      },
    );
  }

  async directory(_mode: DirectoryMode): Promise<Effect> {
    throw new HoldfastError('ERR_PLAN_NOT_LIVE', 'the directory exists in virtual time only', {
      hint: 'run this scenario with --engine virtual',
    });
  }

  async #command(part: string, message: Readonly<Record<string, unknown>>): Promise<Effect> {
    const acknowledged = await this.#rig.command(part, message);
    return effect(
      () => (acknowledged ? 1 : 0),
      async () => {
        await this.#rig.command(part, { mode: 'up' });
      },
    );
  }
}

function effect(hits: () => number, heal: () => Promise<void>): Effect {
  let healed: Promise<void> | undefined;
  return {
    hits,
    heal: () => {
      healed ??= heal();
      return healed;
    },
  };
}
