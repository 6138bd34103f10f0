import { drawOf, type Random } from '../../proxy/host/random.ts';
import { type Micros, micros } from '../../proxy/host/units.ts';
import { sessionCookieName } from '../../proxy/policy/session.ts';
import type { Plan } from '../plan/plan.ts';

/**
 * Rest of a session's life seen at a random instant in equilibrium, when lives are uniform on [from, to] and users sign in
 * again as soon as a session ends. Inspection paradox: long lives are seen more often (density ∝ length), and the instant
 * falls uniformly inside the one seen. Survival: 1 − t/mean for t ≤ from, then (to − t)² / (to² − from²).
 * `length` and `place`: two independent draws, uniform in [0, 1).
 */
export function equilibriumRest(
  length: number,
  place: number,
  life: { readonly from: Micros; readonly to: Micros },
): Micros {
  const low = life.from * life.from;
  const seen = Math.sqrt(low + length * (life.to * life.to - low));
  return micros(place * seen);
}

/** A session that a user holds when a run begins. */
export interface InitialSession {
  readonly application: string;
  readonly cookieName: string;
  /** From the start of the run to its end. */
  readonly rest: Micros;
}

/** What is the same for all users of a workload. */
interface Beginning {
  readonly application: string;
  readonly cookieName: string;
  readonly life: Plan['identity']['sessionLife'];
  readonly family: number;
}

/** The sessions users hold at the start of a run. The same in both worlds: each depends on the plan, workload and user alone. */
export class InitialSessions {
  /** By index into plan.workloads; undefined: its users begin without one. */
  readonly #beginnings: ReadonlyArray<Beginning | undefined>;

  /** `random`: the root of the replication. */
  constructor({ identity, workloads, applications }: Plan, random: Random) {
    this.#beginnings = workloads.map(({ id, application }) => {
      const published = applications.find((one) => one.id === application);
      if (!identity.startInEquilibrium || published?.preAuthentication !== 'token-service') return undefined;
      const family = random.fork(`sessions/${id}`).u32();
      return { application, cookieName: sessionCookieName(application), life: identity.sessionLife, family };
    });
  }

  /** `user`: 0-based. Undefined: this user begins without a session. */
  of(workload: number, user: number): InitialSession | undefined {
    const beginning = this.#beginnings[workload];
    if (beginning === undefined) return undefined;
    const { application, cookieName, life, family } = beginning;
    const rest = equilibriumRest(drawOf(family, 2 * user), drawOf(family, 2 * user + 1), life);
    return { application, cookieName, rest };
  }
}
