import { HoldfastError } from '../../../proxy/host/errors.ts';
import type { Plan } from '../../plan/plan.ts';

/**
 * Windows begin in the stationary state of their faults, which some plans never reach.
 * @throws HoldfastError ERR_PLAN_REFUSED with what to do instead
 */
export function refuseEndlessChange({ identity, applications }: Plan): void {
  if (identity.signInAgain) return;
  if (applications.every(({ preAuthentication }) => preAuthentication === 'pass-through')) return;
  throw new HoldfastError(
    'ERR_PLAN_REFUSED',
    'a run this large is combined from windows, and where users never sign in again (signInAgain: false) there is no steady state that a window could begin in: the longer it runs, the fewer have a session',
    {
      hint: 'let users sign in again (identity: signInAgain), or simulate every request: a shorter run.duration, fewer replications or fewer requestsPerSecond, together at most 20 million requests',
    },
  );
}
