import type { Finding } from './check.ts';
import type { Plan } from './plan.ts';

/** What long horizons cannot do: their windows begin in the stationary state of the faults, which some plans never reach. */
export function steadyStateFindings({ identity, applications }: Plan): readonly Finding[] {
  if (identity.signInAgain) return [];
  if (applications.every(({ preAuthentication }) => preAuthentication === 'pass-through')) return [];
  return [
    {
      severity: 'refuse',
      code: 'ERR_CHECK_STEADY_STATE',
      message:
        'a run this large is combined from windows, and where users never sign in again (signInAgain: false) there is no steady state that a window could begin in: the longer it runs, the fewer have a session',
      hint: 'let users sign in again (identity: signInAgain), or simulate every request: a shorter run.duration, fewer replications or fewer requestsPerSecond, together at most 20 million requests',
      about: '',
    },
  ];
}
