import { invariant } from '../../../proxy/host/errors.ts';
import type { Crypto } from '../../../proxy/host/host.ts';
import { epochMs, toMs } from '../../../proxy/host/units.ts';
import { newSession, sealSession, sessionCookieName } from '../../../proxy/policy/session.ts';
import type { Plan } from '../../plan/plan.ts';
import { replicationRandom } from '../../workload/arrivals.ts';
import { CookieJar } from '../../workload/cookie-jar.ts';
import { InitialSessions } from '../../workload/session-start.ts';

/** Name a user signs in with. */
export const userName = (workload: string, user: number): string => `${workload}-${user}@example.test`;

export interface User {
  readonly name: string;
  /** Cookies at the application. */
  readonly jar: CookieJar;
  /** Cookies at the token service. */
  readonly tokenJar: CookieJar;
}

/** The users of every workload, each with a session of stationary age when the plan says so. */
export class Users {
  readonly #users: User[][];
  readonly #plan: Plan;
  readonly #crypto: Crypto;
  /** Wall clock at instant 0. */
  #startMs = 0;

  constructor(plan: Plan, crypto: Crypto) {
    this.#plan = plan;
    this.#crypto = crypto;
    this.#users = plan.workloads.map((workload) =>
      Array.from({ length: workload.users }, (_, user) => ({
        name: userName(workload.id, user),
        jar: new CookieJar(),
        tokenJar: new CookieJar(),
      })),
    );
  }

  of(workload: number, user: number): User {
    const found = this.#users[workload]?.[user];
    invariant(found !== undefined, `workload ${workload} has user ${user}`);
    return found;
  }

  /**
   * Somebody of the warm-up: with cookies that are nobody's afterwards, since the plan says who is signed in at instant 0,
   * and with a session that outlasts the warm-up, so that no instance asks the token service for anything before.
   */
  passing(workload: number, user: number): User {
    const { name } = this.of(workload, user);
    const jar = new CookieJar();
    const application = this.#plan.workloads[workload]?.application ?? '';
    const published = this.#plan.applications.find(({ id }) => id === application);
    if (published?.preAuthentication === 'token-service') {
      const end = epochMs(Math.round(this.#startMs + toMs(this.#plan.outcome.deadline)));
      jar.set(
        sessionCookieName(application),
        sealSession(this.#crypto, application, newSession(this.#crypto, name, end)),
      );
    }
    return { name, jar, tokenJar: new CookieJar() };
  }

  /** Seals the sessions users hold at the start of the run, `startMs` since 1970. */
  begin(startMs: number): void {
    this.#startMs = startMs;
    const sessions = new InitialSessions(this.#plan, replicationRandom(this.#plan));
    this.#users.forEach((users, workload) => {
      users.forEach((user, index) => {
        const begun = sessions.of(workload, index);
        if (begun === undefined) return;
        const session = newSession(this.#crypto, user.name, epochMs(Math.round(startMs + toMs(begun.rest))));
        user.jar.set(begun.cookieName, sealSession(this.#crypto, begun.application, session));
      });
    });
  }
}
