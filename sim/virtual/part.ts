import type { Host } from '../../proxy/host/host.ts';
import type { Random } from '../../proxy/host/random.ts';
import { VirtualClock } from './host-clock.ts';
import { StandInCrypto } from './host-crypto.ts';
import type { CountingLog } from './host-log.ts';
import { MemoryStore } from './host-store.ts';
import type { Kernel } from './kernel.ts';
import { Life } from './life.ts';
import type { Network } from './network.ts';

/** Every part of a virtual world holds the same keys, as the instances of one deployment do. */
export const worldSecret = 'world';

/** What all parts of one world stand on. */
export interface Ground {
  readonly kernel: Kernel;
  readonly network: Network;
  /** Root of this replication's streams. */
  readonly random: Random;
  readonly log: CountingLog;
  /** Told whenever a part changes state. */
  readonly onState: (part: string, state: PartState) => void;
}

export type PartState = 'up' | 'down' | 'frozen';

/** Starts a part on a fresh host. `N` is what the world keeps of it (its front, its slow-down, …). */
export type PartMain<N> = (host: Host) => Promise<N>;

/**
 * A process of the topology: a sequence of lives over one store. A crash ends a life whole; a restart calls main again
 * with the same store, as a new process would find its disk.
 */
export class Part<N> {
  readonly id: string;
  /** What runs in the present life; undefined while down or still starting. */
  running: N | undefined = undefined;
  life: Life;
  readonly #ground: Ground;
  readonly #main: PartMain<N>;
  readonly #store = new MemoryStore();
  #boots = 0;

  constructor(ground: Ground, id: string, main: PartMain<N>) {
    this.id = id;
    this.#ground = ground;
    this.#main = main;
    this.life = new Life();
    this.life.die();
  }

  /** Process start. Does nothing while it runs. */
  start(): void {
    if (this.life.state !== 'dead') return;
    this.#boots += 1;
    const life = new Life();
    this.life = life;
    const { kernel, network, random, log } = this.#ground;
    const own = random.fork(`${this.id}/${this.#boots}`);
    const host: Host = {
      id: this.id,
      clock: new VirtualClock(kernel, life),
      random: own,
      net: network.transport(this.id, life),
      store: this.#store,
      crypto: new StandInCrypto(worldSecret, own.fork('crypto')),
      log: log.forPart(this.id),
    };
    this.#ground.onState(this.id, 'up');
    this.#main(host).then(
      (running) => {
        if (this.life === life) this.running = running;
      },
      (error: unknown) => kernel.fail(error),
    );
  }

  /** Process end, without a word: SIGKILL. Returns the connections it broke. */
  kill(): number {
    const { life } = this;
    if (life.state === 'dead') return 0;
    const broken = this.#ground.network.connections(life);
    life.die();
    this.running = undefined;
    this.#ground.network.drop(life);
    this.#ground.onState(this.id, 'down');
    return broken;
  }

  freeze(): void {
    if (this.life.state !== 'running') return;
    this.life.freeze();
    this.#ground.onState(this.id, 'frozen');
  }

  thaw(): void {
    const { life } = this;
    if (life.state !== 'frozen') return;
    for (const task of life.thaw()) this.#ground.kernel.schedule(this.#ground.kernel.now, task, life);
    this.#ground.onState(this.id, 'up');
  }
}
