import type { Finding } from './check.ts';
import type { Plan } from './plan.ts';
import { mostRequests } from './planned-requests.ts';

/**
 * What long horizons cannot do: their windows begin in the stationary state of faults and sessions, which some plans never
 * reach. No session is short enough to make an exception of: those that begin together end together, constant lives for
 * ever, and what the first of them lose may be more than an objective allows.
 */
export function steadyStateFindings({ identity, applications, workloads }: Plan): readonly Finding[] {
  const askingForSignIn = applications.filter(({ preAuthentication }) => preAuthentication === 'token-service');
  if (!workloads.some(({ application }) => askingForSignIn.some(({ id }) => id === application))) return [];
  return [
    ...(identity.signInAgain
      ? []
      : [
          refusal(
            'users who never sign in again',
            'and where users never sign in again (signInAgain: false) there is no steady state that a window could begin in: the longer it runs, the fewer have a session',
            'let users sign in again (identity: signInAgain)',
          ),
        ]),
    ...(identity.startInEquilibrium
      ? []
      : [
          refusal(
            'a start without sessions',
            'each of which begins with sessions of every age, while here nobody has one at the start (startInEquilibrium: false): sessions that begin together end together',
            'let users arrive with sessions (identity: startInEquilibrium)',
          ),
        ]),
  ];
}

const refusal = (about: string, why: string, hint: string): Finding => ({
  severity: 'refuse',
  code: 'ERR_CHECK_STEADY_STATE',
  message: `a run this large is combined from windows, ${why}`,
  hint: `${hint}, or simulate every request: a shorter run.duration, fewer replications or fewer requestsPerSecond, together at most ${mostRequests / 1e6} million requests`,
  about,
});
