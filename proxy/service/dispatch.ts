import { type Cancel, CancelSource } from '../host/cancel.ts';
import type { TimerId } from '../host/clock.ts';
import type { RequestHead } from '../host/frame.ts';
import type { Host } from '../host/host.ts';
import type { BodySource, ProxyCause, Pulled, ResponseMessage } from '../host/message.ts';
import { after, elapsed, type Micros, seconds } from '../host/units.ts';
import type { Behaviour } from '../policy/behaviour.ts';
import { mayRetry, RetryBudget } from '../policy/retry.ts';
import type { TunnelAnswer } from '../protocol/tunnel.ts';
import type { ConnectorGroup } from './connector-group.ts';
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

  async send(
    group: ConnectorGroup,
    head: RequestHead,
    body: BodySource | undefined,
    cancel: Cancel,
  ): Promise<Dispatched> {
    const { clock } = this.#host;
    const { retry } = this.#behaviour;
    if (retry.attempts > 0) this.#budget.onRequest(clock.now());
    const giveUpAt = after(clock.now(), (head.timeoutUs + deadlineSlack) as Micros);
    let avoid: RegisteredConnector | undefined;
    for (let attempt = 0; ; attempt++) {
      const place = group.reserve(head.application, avoid, cancel);
      const reserved = place instanceof Promise ? await place : place;
      if (reserved.kind === 'none') return { cause: reserved.cause === 'cancelled' ? 'draining' : reserved.cause };
      const { connector } = reserved;
      const started = clock.now();
      const guard = new AttemptGuard(this.#host, elapsed(started, giveUpAt), cancel);
      const answer = await this.#attempt(connector, head, body, guard);
      guard.done();
      if (answer.kind === 'answer') {
        const now = clock.now();
        connector.latency.observe(now, elapsed(started, now));
        group.ejection.succeeded(connector.id, now);
        if (this.#behaviour.ejection !== undefined) group.routes(head.application).succeeded(connector.id, now);
        return { response: this.#held(group, connector, answer) };
      }
      group.release(connector);
      const now = clock.now();
      const fault = judge(answer, guard.expired);
      if (fault.blame === 'connector' && !cancel.cancelled) group.ejection.failed(connector.id, now);
      if (fault.blame === 'route') group.routes(head.application).failed(connector.id, now);
      if (cancel.cancelled || guard.expired || !replayable(body)) return { cause: fault.cause };
      if (!mayRetry(retry, head.method, fault.processed, attempt + 1) || !this.#budget.tryTake(now)) {
        return { cause: fault.cause };
      }
      this.retried += 1;
      avoid = connector;
    }
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

/** Trips on the user's cancellation or when the service gives up on a silent connector. */
class AttemptGuard {
  expired = false;
  // Not a subclass: the fields of a base class with many subclasses are set up the slow way, measured at 2 % of a request.
  readonly token = new CancelSource();
  readonly #host: Host;
  readonly #timer: TimerId;
  readonly #withdraw: () => void;

  constructor(host: Host, left: Micros, cancel: Cancel) {
    this.#host = host;
    this.#timer = host.clock.timeout(left, () => {
      this.expired = true;
      this.token.cancel('gave up on a silent connector');
    });
    this.#withdraw = cancel.onCancel((reason) => this.token.cancel(reason));
  }

  done(): void {
    this.#host.clock.clear(this.#timer);
    this.#withdraw();
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
