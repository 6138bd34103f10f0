import type { Cancel } from '../../proxy/host/cancel.ts';
import type { HeaderPairs, ProxyCause, Taker } from '../../proxy/host/message.ts';
import type { ObservedEnd } from '../measure/classify.ts';
import type { CookieJar } from './cookie-jar.ts';

/** What the service answered one exchange of a journey. */
export type ServiceAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: HeaderPairs;
      readonly proxyCause: ProxyCause | undefined;
    }
  | { readonly kind: 'refused' | 'reset' | 'silence' };

/** How a visit to the token service ended: back with a callback (origin-form target), or not. */
export type SignInVisit =
  | { readonly kind: 'back'; readonly target: string }
  | Exclude<ObservedEnd, { kind: 'undecided' }>;

/**
 * What a user's browser can do. Live: HTTP over the fault links. Virtual: calls over virtual links. The journey below is
 * the same code in both worlds.
 */
export interface UserAgent {
  /** One exchange with the service, through the front door; `done` is called once, with `silence` when `cancel` trips first. */
  toService(
    method: string,
    target: string,
    fields: HeaderPairs,
    bodyBytes: number,
    cancel: Cancel,
    done: (answer: ServiceAnswer) => void,
  ): void;
  /** Follows a sign-in redirect through the token service's pages. Never rejects. */
  signIn(location: string, cancel: Cancel): Promise<SignInVisit>;
}

export interface JourneyEnd {
  readonly peer: 'service' | 'token-service';
  readonly end: ObservedEnd;
}

export interface Errand {
  readonly method: string;
  readonly target: string;
  readonly requestBytes: number;
  /** False: a user whose session ended stops at the redirect (oracle runs). */
  readonly signInAgain: boolean;
}

/** A redirect loop is given up after this many sign-ins for one request: browsers follow some 20 redirects, three a sign-in. */
const mostSignIns = 6;

/**
 * One request as a user experiences it, sign-in included: only the application's own answer ends it well. `taker` gets
 * the end. No promise around the usual request, which needs no sign-in: there are millions of them in virtual time.
 */
export function runJourney(
  agent: UserAgent,
  jar: CookieJar,
  errand: Errand,
  cancel: Cancel,
  taker: Taker<JourneyEnd>,
): void {
  agent.toService(errand.method, errand.target, jar.fields, errand.requestBytes, cancel, (answer) => {
    if (isSignIn(answer) && errand.signInAgain) {
      void signInAndRepeat(agent, jar, errand, cancel, answer).then((end) => taker.take(end));
    } else taker.take(serviceEnd(answer));
  });
}

/** The same for callers that wait. */
export function journeyEnd(agent: UserAgent, jar: CookieJar, errand: Errand, cancel: Cancel): Promise<JourneyEnd> {
  return new Promise((resolve) => runJourney(agent, jar, errand, cancel, { take: resolve }));
}

async function signInAndRepeat(
  agent: UserAgent,
  jar: CookieJar,
  errand: Errand,
  cancel: Cancel,
  redirect: Answer,
): Promise<JourneyEnd> {
  const ask = (method: string, target: string, bodyBytes: number): Promise<ServiceAnswer> =>
    new Promise((resolve) => agent.toService(method, target, jar.fields, bodyBytes, cancel, resolve));
  let answer: ServiceAnswer = redirect;
  for (let signIns = 0; isSignIn(answer) && signIns < mostSignIns; signIns++) {
    jar.absorb(answer.headers);
    const visit = await agent.signIn(fieldOf(answer.headers, 'location'), cancel);
    if (visit.kind !== 'back') return { peer: 'token-service', end: visit };
    const callback = await ask('GET', visit.target, 0);
    if (!isSignIn(callback)) return serviceEnd(callback);
    jar.absorb(callback.headers);
    // Another tab was quicker with the same state: a browser follows this redirect to the token service, it does not go back.
    if (!fieldOf(callback.headers, 'location').startsWith('/')) answer = callback;
    else answer = await ask(errand.method, errand.target, errand.requestBytes);
  }
  return serviceEnd(answer);
}

type Answer = Extract<ServiceAnswer, { kind: 'answer' }>;

function isSignIn(answer: ServiceAnswer): answer is Answer {
  return answer.kind === 'answer' && answer.proxyCause === 'sign-in';
}

function serviceEnd(answer: ServiceAnswer): JourneyEnd {
  if (answer.kind !== 'answer') return { peer: 'service', end: answer };
  return {
    peer: 'service',
    end: { kind: 'answer', status: answer.status, proxyCause: answer.proxyCause ?? null },
  };
}

function fieldOf(headers: HeaderPairs, name: string): string {
  for (const [field, value] of headers) if (field.toLowerCase() === name) return value;
  return '';
}
