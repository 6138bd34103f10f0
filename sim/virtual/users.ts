import type { Crypto } from '../../proxy/host/host.ts';
import type { Random } from '../../proxy/host/random.ts';
import { type EpochMs, toMs } from '../../proxy/host/units.ts';
import { newSession, sealSession } from '../../proxy/policy/session.ts';
import type { Plan } from '../plan/plan.ts';
import { CookieJar } from '../workload/cookie-jar.ts';
import { InitialSessions } from '../workload/session-start.ts';

export interface VirtualUser {
  readonly name: string;
  readonly address: string;
  readonly jar: CookieJar;
}

/**
 * The users of all workloads, made when they first ask for something: a window of a few seconds need not seal a session for
 * each of a hundred thousand users. What a user is made of depends on the plan alone, so the order does not matter.
 */
export class VirtualUsers {
  readonly #plan: Plan;
  readonly #sessions: InitialSessions;
  readonly #crypto: Crypto;
  readonly #startWall: EpochMs;
  readonly #users: Array<Array<VirtualUser | undefined>>;

  /** `startWall`: wall clock at which the sessions are seen at a random moment of their lives. */
  constructor(plan: Plan, random: Random, crypto: Crypto, startWall: EpochMs) {
    this.#plan = plan;
    this.#sessions = new InitialSessions(plan, random);
    this.#crypto = crypto;
    this.#startWall = startWall;
    this.#users = plan.workloads.map(() => []);
  }

  of(workload: number, user: number): VirtualUser {
    const users = this.#users[workload] as Array<VirtualUser | undefined>;
    while (users.length <= user) users.push(undefined);
    users[user] ??= this.#make(workload, user);
    return users[user];
  }

  #make(workload: number, user: number): VirtualUser {
    const { id } = this.#plan.workloads[workload] as Plan['workloads'][number];
    const name = `${id}-${user}@example.test`;
    const address = `10.${(user >>> 16) & 255}.${(user >>> 8) & 255}.${user & 255}`;
    const jar = new CookieJar();
    const begun = this.#sessions.of(workload, user);
    if (begun !== undefined) {
      const session = newSession(this.#crypto, name, Math.round(this.#startWall + toMs(begun.rest)) as EpochMs);
      jar.set(begun.cookieName, sealSession(this.#crypto, begun.application, session));
    }
    return { name, address, jar };
  }
}
