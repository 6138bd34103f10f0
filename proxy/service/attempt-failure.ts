import type { RequestHead } from '../host/frame.ts';
import type { ProxyCause } from '../host/message.ts';
import { headStatus } from '../protocol/head-limits.ts';
import type { TunnelAnswer } from '../protocol/tunnel.ts';

/** How an attempt failed, and whose failure it was. */
export interface AttemptFailure {
  readonly cause: ProxyCause;
  /** A finer status of `cause`; undefined: the usual one. */
  readonly status?: number;
  readonly processed: 'never' | 'maybe';
  /**
   * The connector or its tunnel; the connector's way to this application; nobody on this side of the application; or the
   * client, for which no connector may pay and no retry helps.
   */
  readonly blame: 'connector' | 'route' | 'application' | 'client';
}

/** @param expired the service gave up on a silent connector */
export function failureOf(
  answer: Exclude<TunnelAnswer, { kind: 'answer' }>,
  expired: boolean,
  head: RequestHead,
): AttemptFailure {
  if (expired) return { cause: 'backend-timeout', processed: 'maybe', blame: 'connector' };
  if (answer.kind === 'lost') return { cause: 'connector-lost', processed: answer.processed, blame: 'connector' };
  const { processed } = answer;
  switch (answer.code) {
    case 'refused':
    case 'overload':
      return { cause: 'overload', processed: 'never', blame: 'application' };
    case 'backend-unreachable':
      return { cause: 'backend-unreachable', processed: 'never', blame: 'route' };
    case 'backend-timeout':
      return { cause: 'backend-timeout', processed: 'maybe', blame: 'application' };
    case 'backend-broken':
      return { cause: 'backend-unreachable', processed: 'maybe', blame: 'application' };
    case 'directory-unavailable':
      return { cause: 'directory-unavailable', processed: 'never', blame: 'application' };
    case 'unknown-application':
      return { cause: 'backend-unreachable', processed: 'never', blame: 'connector' };
    case 'cancelled':
      return cancelled(answer.bodyError, processed);
    case 'protocol':
      // Never sent: the tunnel found that this head may not travel.
      return { cause: 'bad-request', status: headStatus(head.headers, head), processed, blame: 'client' };
    case 'internal':
      return { cause: 'connector-lost', processed, blame: 'connector' };
  }
}

/** Somebody gave up, or the request's own body broke off. */
function cancelled(bodyError: string | undefined, processed: 'never' | 'maybe'): AttemptFailure {
  const status = bodyError === 'ERR_BODY_IDLE' ? 408 : 400;
  return { cause: 'bad-request', status, processed, blame: 'client' };
}
