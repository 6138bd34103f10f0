import { createHash } from 'node:crypto';
import { seededRandom } from '../../../proxy/host/random.ts';
import type { Instant } from '../../../proxy/host/units.ts';
import { toxicFields, toxicFromBody } from '../../../sim/toxics/control/toxic-body.ts';
import type { Ending } from '../../../sim/toxics/engine/chunk.ts';
import { Link } from '../../../sim/toxics/engine/link.ts';
import { DueQueue, type Pending, type Scheduler } from '../../../sim/toxics/engine/scheduler.ts';
import type { Toxic } from '../../../sim/toxics/toxic.ts';
import { ToxicChain } from '../../../sim/toxics/toxic-chain.ts';

/** A clock that jumps from one due call to the next. */
export class JumpingClock implements Scheduler {
  readonly #queue = new DueQueue();
  #now = 0;

  now(): Instant {
    return this.#now as Instant;
  }

  at(due: Instant, run: () => void): Pending {
    return this.#queue.add(due, run);
  }

  /** Runs the next call due up to `until`, alone. */
  step(untilMicros: number): void {
    const due = this.#queue.next();
    if (due === undefined || due > untilMicros) return;
    this.#now = Math.max(this.#now, due);
    this.#queue.runDue(this.#now as Instant, 1);
  }

  /** Runs everything due up to `until`, in order, and stops there. */
  advance(untilMicros: number): void {
    for (let due = this.#queue.next(); due !== undefined && due <= untilMicros; due = this.#queue.next()) {
      this.#now = Math.max(this.#now, due);
      this.#queue.runDue(this.#now as Instant, 1);
    }
    this.#now = Math.max(this.#now, untilMicros);
  }
}

/** One thing that left the link. */
export interface Emission {
  readonly atMicros: number;
  readonly bytes?: Buffer;
  readonly end?: Ending | 'closed at once';
}

/** One link without sockets: chunks in by script, emissions with instants out. */
export class ScriptedLink {
  readonly clock: JumpingClock;
  readonly link: Link;
  readonly out: Emission[] = [];
  readonly toxics: Toxic[];
  readonly replies: Buffer[] = [];
  /** Everything that happened, one line each: emissions with a digest of their bytes, endings, first hits of toxics. */
  readonly events: string[] = [];
  readonly #chain = new ToxicChain();
  /** True while the sender must wait. */
  full = false;
  abandoned = false;
  /** While true the receiver says after every write that it has its fill. */
  stuck = false;
  /** What toxics threw in calls of the clock. */
  readonly failures: unknown[] = [];

  constructor(
    options: { seed?: string; toxics?: object[]; clock?: JumpingClock; connection?: number; fits?: boolean } = {},
  ) {
    this.clock = options.clock ?? new JumpingClock();
    const { clock } = this;
    this.toxics = (options.toxics ?? []).map((body, index) => this.make({ name: `t${index}`, ...body }));
    const random = seededRandom(options.seed ?? 'script').fork(`connection/${options.connection ?? 1}/downstream`);
    this.link = new Link(
      {
        scheduler: clock,
        site: { ordinal: options.connection ?? 1, random, fits: () => options.fits },
        hit: (toxic) => this.#note(`hit ${toxic.name}`),
        pressure: (full) => {
          this.full = full;
        },
        close: () => {
          this.#emit({ end: 'closed at once' });
          this.link.discard();
        },
        reply: (bytes) => this.replies.push(Buffer.from(bytes)),
        abandonSender: () => {
          this.abandoned = true;
        },
        swallowed: () => this.#note('swallowed'),
        failed: (error) => this.failures.push(error),
      },
      {
        idle: true,
        write: (bytes) => {
          this.#emit({ bytes: Buffer.from(bytes) });
          return !this.stuck;
        },
        end: (end) => this.#emit({ end }),
      },
      this.toxics,
    );
  }

  /** Runs everything due up to then; no toxic may throw. */
  advance(untilMicros: number): void {
    this.clock.advance(untilMicros);
    if (this.failures.length > 0) throw this.failures[0];
  }

  /** The receiver takes bytes again. */
  unstick(): void {
    this.stuck = false;
    this.link.drained();
  }

  /** A toxic from a request body. */
  make(body: object): Toxic {
    const toxic = toxicFromBody(toxicFields(body), this.#chain);
    this.#chain.add(toxic);
    return toxic;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.out.flatMap((emission) => (emission.bytes === undefined ? [] : [emission.bytes])));
  }

  get ending(): Emission | undefined {
    return this.out.find((emission) => emission.end !== undefined);
  }

  /** The event log. */
  log(): string {
    return this.events.join('\n');
  }

  #emit(what: { bytes?: Buffer; end?: Emission['end'] }): void {
    this.out.push({ atMicros: this.clock.now(), ...what } as Emission);
    const { bytes, end } = what;
    const digest = bytes === undefined ? '' : createHash('sha256').update(bytes).digest('hex').slice(0, 12);
    this.#note(bytes === undefined ? String(end) : `${bytes.length} ${digest}`);
  }

  #note(what: string): void {
    this.events.push(`${this.clock.now()} ${what}`);
  }
}
