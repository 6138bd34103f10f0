import { type Instant, instant, type Micros } from '../../proxy/host/units.ts';
import { FaultScheduler } from '../faults/scheduler.ts';
import { type FaultAction, faultTimeline } from '../faults/timeline.ts';
import type { History, HistoryEvent } from '../history/history.ts';
import { bootSpan } from '../plan/boot-span.ts';
import { planDigest } from '../plan/digest.ts';
import type { Plan } from '../plan/plan.ts';
import { replicationRandom } from '../workload/arrivals.ts';
import { FrontDoor } from '../workload/front-door.ts';
import { fillCaches } from './boot.ts';
import { bytePairing } from './byte-pairing.ts';
import type { DrainMethod } from './drain.ts';
import { Filler } from './filler.ts';
import { VirtualClock } from './host-clock.ts';
import { StandInCrypto } from './host-crypto.ts';
import { CountingLog, type LogTap } from './host-log.ts';
import { Kernel, worldLife } from './kernel.ts';
import { Load } from './load.ts';
import { framePair } from './network.ts';
import { worldSecret } from './part.ts';
import { Recorder } from './recorder.ts';
import { Topology } from './topology.ts';
import type { UserSide } from './user-request.ts';
import { VirtualUsers } from './users.ts';
import { VirtualWorld } from './world.ts';

export interface VirtualOptions {
  /** Requests that arrive in [from, to) are recorded; default the whole plan. Plan time. */
  readonly from?: Instant;
  readonly to?: Instant;
  /** Load and faults before `from`, not recorded, so that queues and averages are what they would be. Default 0. */
  readonly warmUp?: Micros;
  /** L1: frames as objects (default). L2: frames as bytes through the live tunnel's codec, cut at seeded places; slower. */
  readonly fidelity?: 'L1' | 'L2';
  /** Which way of draining microtasks; `auto` takes the fastest that works. */
  readonly drain?: DrainMethod | 'auto';
  /** Digest of the plan if the caller has it: hashing a month of faults takes milliseconds. */
  readonly planDigest?: string;
  /**
   * Another draw of everything that the plan does not fix (service times, jitter, choices): arrivals, faults and initial
   * sessions stay. Conformance compares a live world, which draws these anew each time, with several of them.
   */
  readonly draws?: number;
  /** Asked every ten thousand events or so; true ends the run with ERR_INTERRUPTED. */
  readonly interrupted?: () => boolean;
  /** Sees what parts log. */
  readonly onLog?: LogTap;
}

/**
 * Runs a plan in virtual time: the real service and connectors over a virtual network, deterministic to the event hash.
 * The world starts some seconds before the window (processes start, tunnels open), then carries load. Arrivals end at `to`;
 * the run goes on until every request is decided, at most the users' patience longer.
 * @throws HoldfastError ERR_DRAIN where virtual time cannot be exact; ERR_INTERRUPTED; ERR_FAULT_UNKNOWN, ERR_PART_UNKNOWN for a foreign plan
 */
export async function runVirtualPlan(plan: Plan, options: VirtualOptions = {}): Promise<History> {
  return new VirtualRun(plan, options).run();
}

class VirtualRun {
  readonly #plan: Plan;
  readonly #options: VirtualOptions;
  readonly #kernel: Kernel;
  readonly #log: CountingLog;
  readonly #fidelity: 'L1' | 'L2';
  readonly #filler: Filler;
  readonly #events: HistoryEvent[] = [];
  readonly #topology: Topology;
  readonly #scheduler: FaultScheduler;
  readonly #from: number;
  readonly #to: number;
  /** First plan instant under load. */
  readonly #start: number;
  /** Kernel time of plan instant 0; negative for a window late in the plan. */
  readonly #origin: number;

  constructor(plan: Plan, options: VirtualOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#kernel = new Kernel(options.interrupted);
    this.#from = options.from ?? 0;
    this.#to = options.to ?? plan.horizon;
    this.#start = Math.max(0, this.#from - (options.warmUp ?? 0));
    this.#origin = bootSpan(plan) - this.#start;
    this.#log = new CountingLog(options.onLog);
    this.#fidelity = options.fidelity ?? 'L1';
    this.#filler = new Filler(this.#fidelity);
    const random = replicationRandom(plan);
    const drawn = options.draws === undefined ? random : random.fork(`draws/${options.draws}`);
    this.#topology = new Topology(plan, this.#kernel, drawn, {
      log: this.#log,
      onState: (part, state) => {
        const at = this.#now();
        if (at >= this.#start) this.#events.push({ kind: 'part-state', at, part, state });
      },
      pairing: this.#fidelity === 'L1' ? framePair : bytePairing(drawn.fork('cuts')),
      filler: this.#filler,
    });
    this.#scheduler = new FaultScheduler(new VirtualWorld(this.#topology, this.#kernel), plan);
  }

  async run(): Promise<History> {
    const kernel = this.#kernel;
    const plan = this.#plan;
    const recorder = new Recorder(kernel.hash, plan.outcome.deadline);
    const load = this.#load(recorder);
    this.#topology.start();
    this.#scheduleFaults();
    load.begin();
    const method = this.#options.drain ?? 'auto';
    const drain = await kernel.run(this.#origin + this.#to, method);
    load.stopsWhenEmpty = true;
    if (load.open > 0) await kernel.run(this.#origin + this.#to + plan.outcome.deadline + 1, method);
    const events = kernel.turn;
    this.#events.push(...(await this.#scheduler.finish(() => instant(this.#to))));
    for (const event of this.#events) this.#mix(event);
    return {
      engine: 'virtual',
      fidelity: this.#fidelity,
      planDigest: this.#options.planDigest ?? planDigest(plan),
      requests: recorder.columns(),
      events: this.#events,
      endedAt: instant(this.#to),
      eventHash: kernel.hash.digest(),
      notes: { drain, events, requests: load.begun, ...this.#counts() },
    };
  }

  #now(): Instant {
    return instant(this.#kernel.now - this.#origin);
  }

  #load(recorder: Recorder): Load {
    const plan = this.#plan;
    const kernel = this.#kernel;
    const random = replicationRandom(plan);
    const frontDoor = new FrontDoor(
      plan.topology.frontDoor,
      plan.topology.instances.map(({ id }) => id),
    );
    const doors = new Map([...this.#topology.instances].map(([id, { door }]) => [id, door]));
    const { tokenService, tokenHop } = this.#topology;
    const side: UserSide = { kernel, doors, frontDoor, filler: this.#filler, tokenService, tokenHop };
    const clock = new VirtualClock(kernel, worldLife);
    const startWall = clock.wallAt(this.#origin + this.#start);
    const crypto = new StandInCrypto(worldSecret, random.fork('users/crypto'));
    const users = new VirtualUsers(plan, random, crypto, startWall);
    this.#probe(side);
    fillCaches(plan, kernel, side);
    const span = { origin: this.#origin, from: this.#start, recordFrom: this.#from, to: this.#to };
    return new Load(plan, { kernel, side, users, recorder }, span);
  }

  /**
   * The front door's probes are connections, as a layer-4 balancer makes them: a frozen process still has a kernel that
   * accepts, a dead or cut-off one has not.
   */
  #probe({ doors, frontDoor }: UserSide): void {
    const { probeInterval } = this.#plan.topology.frontDoor;
    const kernel = this.#kernel;
    const probes = {
      run: () => {
        for (const [id, { life, service, link }] of doors) {
          const answered = life.state !== 'dead' && service !== undefined && !link.silent && !link.resetting;
          frontDoor.probed(id, answered, kernel.now as Instant);
        }
        kernel.schedule(kernel.now + probeInterval, probes, worldLife);
      },
    };
    kernel.schedule(this.#origin + this.#start, probes, worldLife);
  }

  /** Faults that began before this run's first instant and last into it begin with it. */
  #scheduleFaults(): void {
    const faults = this.#plan.faults.filter(
      ({ at, until }) => at < this.#to && (until === null || until > this.#start),
    );
    for (const action of faultTimeline({ ...this.#plan, faults, horizon: this.#to as Micros })) {
      const at = this.#origin + Math.max(action.at, this.#start);
      this.#kernel.schedule(at, { run: () => this.#apply(action) }, worldLife);
    }
  }

  #apply(action: FaultAction): void {
    this.#scheduler
      .apply(action, () => this.#now())
      .then(
        (events) => this.#events.push(...events),
        (error: unknown) => this.#kernel.fail(error),
      );
  }

  #mix(event: HistoryEvent): void {
    const { hash } = this.#kernel;
    hash.text(event.kind);
    hash.number(event.at);
    hash.text(event.kind === 'part-state' ? `${event.part} ${event.state}` : event.fault);
  }

  #counts(): Record<string, number> {
    let retried = 0;
    let signIns = 0;
    let exchanges = 0;
    for (const { part } of this.#topology.instances.values()) {
      const metrics = part.running?.metrics();
      retried += metrics?.retried ?? 0;
      signIns += metrics?.signIns ?? 0;
      exchanges += metrics?.requests ?? 0;
    }
    return { exchanges, retried, signIns, lostTunnels: this.#log.counts.get('tunnel.closed') ?? 0 };
  }
}
