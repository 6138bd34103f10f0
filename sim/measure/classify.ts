import type { ProxyCause } from '../../proxy/host/message.ts';
import type { Micros } from '../../proxy/host/units.ts';
import type { LossCause, Outcome } from '../history/history.ts';

/**
 * What a user saw of one request, from the planned send instant to the end, sign-in journey included. Both worlds fill
 * this in and nothing else decides outcomes.
 */
export interface Observation {
  /** Planned send instant to the last byte, to the failure, or to the end of the run when undecided. */
  readonly elapsed: Micros;
  /** The objective's deadline, inclusive. */
  readonly deadline: Micros;
  /** Whom the user was talking to when it ended: the proxy, or the token service during a sign-in. */
  readonly peer: 'service' | 'token-service';
  /** How the last exchange ended. */
  readonly end: ObservedEnd;
}

export type ObservedEnd =
  /**
   * A whole answer arrived. `proxyCause` null: from the service it is the application's own answer, from the token
   * service its own page.
   */
  | { readonly kind: 'answer'; readonly status: number; readonly proxyCause: ProxyCause | null }
  /** Nobody listened: connection refused or host unreachable. */
  | { readonly kind: 'refused' }
  /** The connection broke before the answer was whole. */
  | { readonly kind: 'reset' }
  /** Nothing came and the user gave up. */
  | { readonly kind: 'silence' }
  /** The run ended first. */
  | { readonly kind: 'undecided' };

export interface Classified {
  readonly outcome: Outcome;
  /** `none` exactly when ok. */
  readonly cause: LossCause;
}

const ok: Classified = { outcome: 'ok', cause: 'none' };
const undecided: Classified = { outcome: 'unknown', cause: 'undecided' };
const failed = (cause: LossCause): Classified => ({ outcome: 'failed', cause });

/** A redirect to the sign-in that was never followed to its end is a loss; `refused`: turned away by rule. */
const byProxyCause: Readonly<Record<ProxyCause, Classified>> = {
  'sign-in': failed('sign-in-incomplete'),
  'sign-in-failed': failed('sign-in-failed'),
  'token-service-unavailable': failed('token-service-unavailable'),
  'no-connector': failed('no-connector'),
  'connector-lost': failed('connector-lost'),
  overload: failed('overload'),
  throttled: failed('throttled'),
  'backend-unreachable': failed('backend-unreachable'),
  'backend-timeout': failed('backend-timeout'),
  'directory-unavailable': failed('directory-unavailable'),
  'not-found': failed('refused'),
  'bad-request': failed('refused'),
  draining: failed('draining'),
};
const tokenServiceUnavailable = byProxyCause['token-service-unavailable'];
const signInFailed = byProxyCause['sign-in-failed'];
const signInIncomplete = byProxyCause['sign-in'];
const backendError = failed('backend-error');
const late = failed('late');
const serviceUnreachable = failed('service-unreachable');
const connectionReset = failed('connection-reset');
const userTimeout = failed('user-timeout');

/**
 * The one classifier of both worlds.
 *
 * ok: the application's own answer was whole within the deadline. Its 1xx to 4xx are its own answers (a 404 or a 302 of the
 * application is what the user asked for); its 5xx is a failure of the backend. failed: everything else that is
 * decided, named by the most specific cause known; a cause the proxy stated wins over `late`. unknown: undecided at the
 * end of the run with the deadline still ahead; past the deadline an open request can no longer be ok and has failed.
 */
export function classify(seen: Observation): Classified {
  const { end, peer } = seen;
  if (end.kind === 'undecided' && seen.elapsed <= seen.deadline) return undecided;
  if (peer === 'token-service') return classifySignIn(end);
  switch (end.kind) {
    case 'answer':
      if (end.proxyCause !== null) return byProxyCause[end.proxyCause];
      if (end.status >= 500) return backendError;
      return seen.elapsed <= seen.deadline ? ok : late;
    case 'refused':
      return serviceUnreachable;
    case 'reset':
      return connectionReset;
    case 'silence':
    case 'undecided':
      return userTimeout;
  }
}

/** The journey ended at the token service: 429 and 5xx mean it cannot serve now, another error is its verdict. */
function classifySignIn(end: ObservedEnd): Classified {
  if (end.kind !== 'answer') return tokenServiceUnavailable;
  if (end.status === 429 || end.status >= 500) return tokenServiceUnavailable;
  return end.status >= 400 ? signInFailed : signInIncomplete;
}
