import { type Cancel, CancelSource } from '../host/cancel.ts';
import type { TimerId } from '../host/clock.ts';
import type { RequestHead } from '../host/frame.ts';
import type { Host } from '../host/host.ts';
import type { BodySource, ProxyCause, Pulled, ResponseMessage } from '../host/message.ts';
import { after, elapsed, type Instant, type Micros, seconds } from '../host/units.ts';
import type { Behaviour } from '../policy/behaviour.ts';
import { mayRetry, RetryBudget } from '../policy/retry.ts';
import type { TunnelAnswer } from '../protocol/tunnel.ts';
import type { ConnectorGroup, Reservation } from './connector-group.ts';
import type { RegisteredConnector } from './registered-connector.ts';

/** Either the application's answer, or the cause for which the proxy must answer itself. */
export type Dispatched = { readonly response: ResponseMessage } | { readonly cause: ProxyCause };

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

  /** Never rejects. A chain of callbacks for the usual request: an async function costs three times its memory, measured. */
  send(group: ConnectorGroup, head: RequestHead, body: BodySource | undefined, cancel: Cancel): Promise<Dispatched> {
    const { clock } = this.#host;
    if (this.#behaviour.retry.attempts > 0) this.#budget.onRequest(clock.now());
    const giveUpAt = after(clock.now(), (head.timeoutUs + deadlineSlack) as Micros);
    return this.#try(new Tries(group, head, body, cancel, giveUpAt));
  }

  #try(tries: Tries): Promise<Dispatched> {
    const place = tries.group.reserve(tries.head.application, tries.avoid, tries.cancel);
    return place instanceof Promise ? place.then((later) => this.#use(tries, later)) : this.#use(tries, place);
  }

  #use(tries: Tries, place: Reservation): Promise<Dispatched> {
    if (place.kind === 'none') {
      return Promise.resolve({ cause: place.cause === 'cancelled' ? 'draining' : place.cause });
    }
    const { head, body, cancel, giveUpAt } = tries;
    const guard = new AttemptGuard(this.#host, place.connector, giveUpAt, cancel);
    const attempt = this.#attempt(place.connector, head, body, guard);
    return attempt.then((answer) => this.#conclude(tries, guard, answer) ?? this.#try(tries));
  }

  /** Books how an attempt ended. Undefined: try again. */
  #conclude(tries: Tries, guard: AttemptGuard, answer: TunnelAnswer): Dispatched | undefined {
    guard.done();
    const { group, head, cancel } = tries;
    const { connector } = guard;
    const now = this.#host.clock.now();
    if (answer.kind === 'answer') {
      connector.latency.observe(now, elapsed(guard.started, now));
      group.ejection.succeeded(connector.id, now);
      if (this.#behaviour.ejection !== undefined) group.routes(head.application).succeeded(connector.id, now);
      return { response: this.#held(group, connector, answer) };
    }
    group.release(connector);
    tries.count += 1;
    const fault = judge(answer, guard.expired);
    if (fault.blame === 'connector' && !cancel.cancelled) group.ejection.failed(connector.id, now);
    if (fault.blame === 'route') group.routes(head.application).failed(connector.id, now);
    if (cancel.cancelled || guard.expired || !replayable(tries.body)) return { cause: fault.cause };
    const allowed = mayRetry(this.#behaviour.retry, head.method, fault.processed, tries.count);
    if (!allowed || !this.#budget.tryTake(now)) return { cause: fault.cause };
    this.retried += 1;
    tries.avoid = connector;
    return undefined;
  }

  #attempt(
    connector: RegisteredConnector,
    head: RequestHead,
    body: BodySource | undefined,
    guard: AttemptGuard,
  ): Promise<TunnelAnswer> {
    const tunnel = connector.bestTunnel();
    if (tunnel !== undefined) return tunnel.request(head, body, guard.token);
    if (!connector.ghost) return Promise.resolve({ kind: 'lost', detail: 'no open tunnel', processed: 'never' });
    // a relay that has not noticed: nothing ever comes back
    return new Promise((resolve) => {
      guard.token.onCancel((reason) => resolve({ kind: 'lost', detail: reason, processed: 'never' }));
    });
  }

  /** The connector's place is held to the last byte of the answer. */
  #held(
    group: ConnectorGroup,
    connector: RegisteredConnector,
    answer: Extract<TunnelAnswer, { kind: 'answer' }>,
  ): ResponseMessage {
    const { status, headers, body, upgrade } = answer;
    if (body === undefined || body.whole !== undefined) {
      group.release(connector);
      return upgrade === undefined ? { status, headers, body } : { status, headers, body, upgrade };
    }
    const held = new HeldBody(body, () => group.release(connector));
    return upgrade === undefined ? { status, headers, body: held } : { status, headers, body: held, upgrade };
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
class Tries {
  readonly group: ConnectorGroup;
  readonly head: RequestHead;
  readonly body: BodySource | undefined;
  readonly cancel: Cancel;
  readonly giveUpAt: Instant;
  count = 0;
  avoid: RegisteredConnector | undefined = undefined;

  constructor(
    group: ConnectorGroup,
    head: RequestHead,
    body: BodySource | undefined,
    cancel: Cancel,
    giveUpAt: Instant,
  ) {
    this.group = group;
    this.head = head;
    this.body = body;
    this.cancel = cancel;
    this.giveUpAt = giveUpAt;
  }
}

/** One attempt at one connector; its token trips on the user's cancellation or when the service gives up on silence. */
class AttemptGuard {
  readonly connector: RegisteredConnector;
  readonly started: Instant;
  expired = false;
  // Owned, not inherited: the fields of a base class with many subclasses are set up the slow way.
  readonly token = new CancelSource();
  readonly #host: Host;
  readonly #timer: TimerId;
  readonly #cancel: Cancel;

  constructor(host: Host, connector: RegisteredConnector, giveUpAt: Instant, cancel: Cancel) {
    this.#host = host;
    this.connector = connector;
    this.started = host.clock.now();
    this.#timer = host.clock.timeout(elapsed(this.started, giveUpAt), () => {
      this.expired = true;
      this.token.cancel('gave up on a silent connector');
    });
    this.#cancel = cancel;
    cancel.tell(this.token);
  }

  done(): void {
    this.#host.clock.clear(this.#timer);
    this.#cancel.forget(this.token);
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
