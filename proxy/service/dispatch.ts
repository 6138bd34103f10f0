import type { Cancel, CancelListener } from '../host/cancel.ts';
import type { Sleeper, TimerId } from '../host/clock.ts';
import type { RequestHead } from '../host/frame.ts';
import type { Host } from '../host/host.ts';
import type { BodySource, ProxyCause, Taker } from '../host/message.ts';
import { after, elapsed, type Instant, type Micros, seconds } from '../host/units.ts';
import { lastMoved, watched } from '../host/watched-body.ts';
import type { Behaviour } from '../policy/behaviour.ts';
import { mayRetry, RetryBudget } from '../policy/retry.ts';
import type { TunnelAnswer } from '../protocol/tunnel.ts';
import { type AttemptFailure, failureOf } from './attempt-failure.ts';
import type { ConnectorGroup, Reservation } from './connector-group.ts';
import { HeldBody, HeldUpgrade } from './held-answer.ts';
import type { RegisteredConnector } from './registered-connector.ts';

export type ApplicationAnswer = Extract<TunnelAnswer, { kind: 'answer' }>;

/** Either the application's answer, or the cause for which the proxy must answer itself. */
export type Dispatched =
  | ApplicationAnswer
  | { readonly kind: 'none'; readonly cause: ProxyCause; readonly status?: number | undefined };

/**
 * A frozen connector answers nothing: this long after the backend's own deadline the service gives up for it. Counted for
 * each attempt: neither the wait for a connector nor an attempt elsewhere is this connector's.
 */
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
  readonly #ended: () => void;
  retried = 0;
  /** Answers that broke off after their head, WebSockets among them; not those whose user left. */
  cut = 0;
  /** Answers whose head is out and whose body or two-way stream still runs. */
  running = 0;

  /** @param ended called when one of `running` ended */
  constructor(host: Host, behaviour: Behaviour, ended: () => void) {
    this.#host = host;
    this.#behaviour = behaviour;
    this.#ended = ended;
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
    this.#try({ group, head, body: watched(body, this.#host.clock), cancel, taker, count: 0, avoid: undefined });
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
      tries.taker.take(this.#held(tries, connector, answer));
      return;
    }
    tries.count += 1;
    const failure = failureOf(answer, attempt.expired, head);
    if (failure.cause === 'overload') group.turnedAway(connector);
    else group.release(connector);
    if (failure.blame === 'connector' && !cancel.cancelled) group.ejection.failed(connector.id, now);
    if (failure.blame === 'route') group.routes(head.application).failed(connector.id, now);
    if (!this.#mayTryAgain(tries, failure, now)) {
      tries.taker.take({ kind: 'none', cause: failure.cause, status: failure.status });
      return;
    }
    this.retried += 1;
    tries.avoid = connector;
    this.#try(tries);
  }

  #mayTryAgain(tries: Tries, failure: AttemptFailure, now: Instant): boolean {
    if (tries.cancel.cancelled || failure.blame === 'client' || !replayable(tries.body)) return false;
    // The application had its time, and behind another connector stands the same one.
    if (failure.cause === 'backend-timeout') return false;
    if (!mayRetry(this.#behaviour.retry, tries.head.method, failure.processed, tries.count)) return false;
    return this.#budget.tryTake(now);
  }

  /** The connector's place is held to the last byte of the answer, after 101 to the end of both directions. */
  #held(tries: Tries, connector: RegisteredConnector, answer: ApplicationAnswer): ApplicationAnswer {
    const { group } = tries;
    const { body, upgrade } = answer;
    if (upgrade === undefined && (body === undefined || body.whole !== undefined)) {
      group.release(connector);
      return answer;
    }
    this.running += 1;
    const ended = (broken?: unknown): void => {
      this.running -= 1;
      group.release(connector);
      if (broken !== undefined && !tries.cancel.cancelled) this.#brokeOff(tries.head, connector, broken);
      this.#ended();
    };
    if (upgrade !== undefined) return { ...answer, upgrade: new HeldUpgrade(upgrade, ended) };
    return { ...answer, body: new HeldBody(body as BodySource, ended) };
  }

  /** The user has the head, perhaps a 200, and will never have the rest. */
  #brokeOff({ transactionId, application }: RequestHead, connector: RegisteredConnector, broken: unknown): void {
    this.cut += 1;
    const detail = broken instanceof Error ? broken.message : String(broken);
    const facts = { transaction: transactionId, application, connector: connector.id, detail };
    this.#host.log.event('warn', 'answer.cut', facts);
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
  #timer: TimerId;

  constructor(dispatcher: Dispatcher, host: Host, connector: RegisteredConnector, tries: Tries) {
    this.#dispatcher = dispatcher;
    this.#host = host;
    this.#tries = tries;
    this.connector = connector;
    this.started = host.clock.now();
    this.#timer = host.clock.alarm((tries.head.timeoutUs + deadlineSlack) as Micros, this);
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
    if (this.#stillSending()) return;
    this.expired = true;
    this.stream?.onCancelled('gave up on a silent connector');
  }

  /**
   * A streamed body moves the deadline, and what the connector still holds of it (at most its window), which the backend
   * may take slowly, moves it by as much as the backend may take in all.
   */
  #stillSending(): boolean {
    const { body, head } = this.#tries;
    if (body === undefined || body.whole !== undefined) return false;
    const { clock } = this.#host;
    const end = after(lastMoved(body, this.started), (2 * head.timeoutUs + deadlineSlack) as Micros);
    const left = elapsed(clock.now(), end);
    if (left <= 0) return false;
    this.#timer = clock.alarm(left, this);
    return true;
  }
}
