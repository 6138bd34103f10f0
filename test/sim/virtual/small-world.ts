import type { Frame } from '../../../proxy/host/frame.ts';
import type { Host } from '../../../proxy/host/host.ts';
import { seededRandom } from '../../../proxy/host/random.ts';
import type { Conn } from '../../../proxy/host/transport.ts';
import { micros, ms } from '../../../proxy/host/units.ts';
import type { LinkPlan } from '../../../sim/plan/plan.ts';
import { CountingLog } from '../../../sim/virtual/host-log.ts';
import { Kernel } from '../../../sim/virtual/kernel.ts';
import { Link } from '../../../sim/virtual/link.ts';
import { framePair, Network, type Pairing } from '../../../sim/virtual/network.ts';
import { type Ground, Part, type PartMain } from '../../../sim/virtual/part.ts';

export const tenMs: LinkPlan = { latency: ms(10), jitter: micros(0), bytesPerSecond: null };

/** One network with one link between everybody, and parts to put on it. */
export class SmallWorld {
  readonly kernel = new Kernel();
  readonly states: string[] = [];
  readonly link: Link;
  readonly network: Network;
  readonly #ground: Ground;

  constructor(plan: LinkPlan = tenMs, pairing: Pairing = framePair) {
    const random = seededRandom('small world');
    this.link = new Link(this.kernel, plan, random.fork('link'));
    this.network = new Network(this.kernel, () => this.link, pairing);
    this.#ground = {
      kernel: this.kernel,
      network: this.network,
      random,
      log: new CountingLog(undefined),
      onState: (part, state) => this.states.push(`${this.kernel.now} ${part} ${state}`),
    };
  }

  part<N>(id: string, main: PartMain<N>): Part<N> {
    const part = new Part(this.#ground, id, main);
    part.start();
    return part;
  }

  /** Runs `fn` at `at` milliseconds. */
  at(milliseconds: number, fn: () => void): void {
    this.kernel.schedule(milliseconds * 1000, { run: fn }, this.part('operator', async () => {}).life);
  }

  /** Runs to `until` milliseconds. */
  run(until: number): Promise<unknown> {
    return this.kernel.run(until * 1000);
  }
}

/** Writes down what arrives at a connection, with milliseconds. */
export function listenTo(conn: Conn, host: Host, seen: string[]): void {
  conn.onFrame((frame) => seen.push(`${host.clock.now() / 1000} ${host.id} got ${stampOf(frame)}`));
  conn.onClose(({ cause }) => seen.push(`${host.clock.now() / 1000} ${host.id} closed ${cause}`));
}

export const ping = (stamp: number): Frame => ({ type: 'ping', stamp });
const stampOf = (frame: Frame): string => (frame.type === 'ping' ? String(frame.stamp) : frame.type);
