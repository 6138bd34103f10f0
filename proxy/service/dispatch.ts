import type { Cancel, CancelListener } from '../host/cancel.ts';
import type { Sleeper, TimerId } from '../host/clock.ts';
import type { RequestHead } from '../host/frame.ts';
import type { Host } from '../host/host.ts';
import type { BodySource, ProxyCause, Pulled, Taker } from '../host/message.ts';
import { after, elapsed, type Instant, type Micros, seconds } from '../host/units.ts';
import type { Behaviour } from '../policy/behaviour.ts';
import { mayRetry, RetryBudget } from '../policy/retry.ts';
import type { TunnelAnswer } from '../protocol/tunnel.ts';
import type { ConnectorGroup, Reservation } from './connector-group.ts';
import type { RegisteredConnector } from './registered-connector.ts';

export type ApplicationAnswer = Extract<TunnelAnswer, { kind: 'answer' }>;

/** Either the application's answer, or the cause for which the proxy must answer itself. */
export type Dispatched = ApplicationAnswer | { readonly kind: 'none'; readonly cause: ProxyCause };

/** A frozen connector answers nothing: this long after the backend's own deadline the service gives up for it. */
const deadlineSlack: Micros = seconds(5);
/** Bodies up to this size are kept for a retry. */
const replayableBytes = 64 * 1024;

/**
 * Sends one request to a connector of a group, and to another one when that is safe: never after an answer byte, never
 * a non-idempotent request that may have been processed, never beyond the retry budget. Retries live here only: a
 * second layer of them would multiply the load in an outage.
 */
export class Dispatcher {
  readonly #host: Host;
  readonly #behaviour: Behaviour;
  readonly #budget: RetryBudget;
  retried = 0;

  constructor(host: Host, behaviour: Behaviour) {
    this.#host = host;
    this.#behaviour = behaviour;
    this.#budget = new RetryBudget(behaviour.retry);
  }

  /** Gives `taker` the end of it. A chain of callbacks for the usual request: promises were a third of its cost, measured. */
  send(
    group: ConnectorGroup,
    head: RequestHead,
    body: BodySource | undefined,
    cancel: Cancel,
    taker: Taker<Dispatched>,
  ): void {
    const now = this.#host.clock.now();
    if (this.#behaviour.retry.attempts > 0) this.#budget.onRequest(now);
    const giveUpAt = after(now, (head.timeoutUs + deadlineSlack) as Micros);
    this.#try({ group, head, body, cancel, taker, giveUpAt, count: 0, avoid: undefined });
  }

  #try(tries: Tries): void {
    const place = tries.group.reserve(tries.head.application, tries.avoid, tries.cancel);
    if (place instanceof Promise) void place.then((later) => this.#use(tries, later));
    else this.#use(tries, place);
  }

  #use(tries: Tries, place: Reservation): void {
    if (place.kind === 'none') {
      tries.taker.take({ kind: 'none', cause: place.cause === 'cancelled' ? 'draining' : place.cause });
      return;
    }
    const attempt = new Attempt(this, this.#host, place.connector, tries);
    const tunnel = place.connector.bestTunnel();
    if (tunnel !== undefined) attempt.stream = tunnel.request(tries.head, tries.body, tries.cancel, attempt);
    else if (place.connector.ghost) attempt.vanish();
    else attempt.take({ kind: 'lost', detail: 'no open tunnel', processed: 'never' });
  }

  /** Books how an attempt ended, and tries again where that is safe. */
  ended(tries: Tries, attempt: Attempt, answer: TunnelAnswer): void {
    const { group, head, cancel } = tries;
    const { connector } = attempt;
    const now = this.#host.clock.now();
    if (answer.kind === 'answer') {
      connector.latency.observe(now, elapsed(attempt.started, now));
      group.ejection.succeeded(connector.id, now);
      group.lostRoutes(head.application)?.succeeded(connector.id, now);
      tries.taker.take(this.#held(group, connector, answer));
      return;
    }
    group.release(connector);
    tries.count += 1;
    const fault = judge(answer, attempt.expired);
    if (fault.blame === 'connector' && !cancel.cancelled) group.ejection.failed(connector.id, now);
    if (fault.blame === 'route') group.routes(head.application).failed(connector.id, now);
    if (!this.#mayTryAgain(tries, attempt, fault, now)) {
      tries.taker.take({ kind: 'none', cause: fault.cause });
      return;
    }
    this.retried += 1;
    tries.avoid = connector;
    this.#try(tries);
  }

  #mayTryAgain(tries: Tries, attempt: Attempt, fault: Fault, now: Instant): boolean {
    if (tries.cancel.cancelled || attempt.expired || !replayable(tries.body)) return false;
    if (!mayRetry(this.#behaviour.retry, tries.head.method, fault.processed, tries.count)) return false;
    return this.#budget.tryTake(now);
  }

  /** The connector's place is held to the last byte of the answer. */
  #held(group: ConnectorGroup, connector: RegisteredConnector, answer: ApplicationAnswer): ApplicationAnswer {
    const { body } = answer;
    if (body === undefined || body.whole !== undefined) {
      group.release(connector);
      return answer;
    }
    return { ...answer, body: new HeldBody(body, () => group.release(connector)) };
  }
}

interface Fault {
  readonly cause: ProxyCause;
  readonly processed: 'never' | 'maybe';
  /** The connector or its tunnel, the connector's way to this application, or nobody on this side of the application. */
  readonly blame: 'connector' | 'route' | 'application';
}

function judge(answer: Exclude<TunnelAnswer, { kind: 'answer' }>, expired: boolean): Fault {
  if (expired) return { cause: 'backend-timeout', processed: 'maybe', blame: 'connector' };
  if (answer.kind === 'lost') return { cause: 'connector-lost', processed: answer.processed, blame: 'connector' };
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
    default:
      return { cause: 'connector-lost', processed: answer.processed, blame: 'connector' };
  }
}

function replayable(body: BodySource | undefined): boolean {
  return body === undefined || (body.whole !== undefined && body.whole.bytes <= replayableBytes);
}

/** A request and its attempts so far. */
interface Tries {
  readonly group: ConnectorGroup;
  readonly head: RequestHead;
  readonly body: BodySource | undefined;
  readonly cancel: Cancel;
  readonly taker: Taker<Dispatched>;
  readonly giveUpAt: Instant;
  count: number;
  avoid: RegisteredConnector | undefined;
}

/** One attempt at one connector; the service gives up on silence. */
class Attempt implements Taker<TunnelAnswer>, CancelListener, Sleeper {
  readonly connector: RegisteredConnector;
  readonly started: Instant;
  expired = false;
  /** Called to give up. */
  stream: CancelListener | undefined = undefined;
  readonly #dispatcher: Dispatcher;
  readonly #host: Host;
  readonly #tries: Tries;
  readonly #timer: TimerId;

  constructor(dispatcher: Dispatcher, host: Host, connector: RegisteredConnector, tries: Tries) {
    this.#dispatcher = dispatcher;
    this.#host = host;
    this.#tries = tries;
    this.connector = connector;
    this.started = host.clock.now();
    this.#timer = host.clock.alarm(elapsed(this.started, tries.giveUpAt), this);
  }

  take(answer: TunnelAnswer): void {
    this.#host.clock.clear(this.#timer);
    this.#dispatcher.ended(this.#tries, this, answer);
  }

  /** Goes to a relay that has not noticed that its connector is gone: nothing ever comes back. */
  vanish(): void {
    this.stream = this;
    this.#tries.cancel.tell(this);
  }

  /** Of a vanished attempt: the user or the service gave up. */
  onCancelled(detail: string): void {
    this.#tries.cancel.forget(this);
    this.take({ kind: 'lost', detail, processed: 'never' });
  }

  /** Nothing came back in time. */
  awake(): void {
    this.expired = true;
    this.stream?.onCancelled('gave up on a silent connector');
  }
}

class HeldBody implements BodySource {
  readonly #inner: BodySource;
  #release: (() => void) | undefined;

  constructor(inner: BodySource, release: () => void) {
    this.#inner = inner;
    this.#release = release;
  }

  pull(): Pulled {
    let pulled: Pulled;
    try {
      pulled = this.#inner.pull();
    } catch (error) {
      this.#end();
      throw error;
    }
    if (pulled === undefined) this.#end();
    if (!(pulled instanceof Promise)) return pulled;
    return pulled.then(
      (chunk) => {
        if (chunk === undefined) this.#end();
        return chunk;
      },
      (error: unknown) => {
        this.#end();
        throw error;
      },
    );
  }

  cancel(reason: string): void {
    this.#inner.cancel(reason);
    this.#end();
  }

  #end(): void {
    this.#release?.();
    this.#release = undefined;
  }
}
