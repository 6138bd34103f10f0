import type { CancelListener } from '../host/cancel.ts';
import type { Sleeper, TimerId } from '../host/clock.ts';
import type { Host } from '../host/host.ts';
import type { BodySource, OriginResult, Taker } from '../host/message.ts';
import { after, elapsed, type Instant, type Micros } from '../host/units.ts';
import { lastMoved, watched } from '../host/watched-body.ts';
import type { IncomingStream } from '../protocol/tunnel.ts';
import type { ConnectorApplication } from './configuration.ts';
import { PatientBody } from './patient-body.ts';
import type { ConnectorState } from './state.ts';

/**
 * An admitted request on its way through the connector: its CPU work is done, then ticket, backend, answer. A chain of
 * callbacks: promises were a third of a request's cost in virtual time, measured.
 */
export class BackendCall implements Taker<OriginResult>, Sleeper {
  readonly #host: Host;
  readonly #state: ConnectorState;
  readonly #application: ConnectorApplication;
  readonly #stream: IncomingStream;
  /** Its CPU work is done. */
  #worked = false;
  #expired = false;
  /** The backend's part is over; what a port might say later is not heard. */
  #over = false;
  #timer: TimerId | undefined = undefined;
  #begun = 0 as Instant;
  #body: BodySource | undefined = undefined;
  /** Called to cut the exchange with the backend. */
  #exchange: CancelListener | undefined = undefined;

  constructor(host: Host, state: ConnectorState, application: ConnectorApplication, stream: IncomingStream) {
    this.#host = host;
    this.#state = state;
    this.#application = application;
    this.#stream = stream;
  }

  /** The CPU work is done; the second time: the backend had time enough. */
  awake(): void {
    if (this.#worked) {
      if (this.#stillSending()) return;
      this.#expired = true;
      this.#exchange?.onCancelled('backend-timeout');
      return;
    }
    this.#worked = true;
    if (this.#stream.cancel.cancelled) this.#release();
    else if (this.#application.singleSignOn === 'kerberos') {
      this.#hasTicket().then(
        (ok) => (ok ? this.#begin() : this.#release()),
        (error: unknown) => this.#failed(error),
      );
    } else this.#begin();
  }

  /** A bug of ours or of a port: the stream gets an answer all the same, and its slot comes back. */
  #failed(error: unknown): void {
    this.#over = true;
    this.#withdraw();
    this.#host.log.event('error', 'connector.request-failed', { error: String(error) });
    this.#stream.reset('internal', 'connector error');
    this.#release();
  }

  /** False: the stream is over. */
  async #hasTicket(): Promise<boolean> {
    const { tickets } = this.#state.ports;
    if (tickets === undefined) return true;
    const { head, cancel } = this.#stream;
    const ticket = await tickets.ticketFor(head.user, this.#application.id, cancel);
    if (cancel.cancelled) return false;
    if (ticket !== 'ok') this.#stream.reset('directory-unavailable', 'no ticket');
    return ticket === 'ok';
  }

  /** Begins the call and its deadline. */
  #begin(): void {
    const { head, cancel } = this.#stream;
    const { clock } = this.#host;
    this.#begun = clock.now();
    const body = watched(this.#stream.body, clock);
    this.#body = body;
    this.#timer = clock.alarm(head.timeoutUs as Micros, this);
    const { method, host, target, headers } = head;
    const request = { method, host, target, headers, body, clientAddress: '' };
    try {
      this.#exchange = this.#state.ports.origin.exchange(this.#application.internalUrl, request, cancel, this);
    } catch (error) {
      this.#failed(error);
    }
  }

  /**
   * The backend's time counts from its last piece of the request: an upload may take as long as it moves. One alarm, set
   * again only when it goes off too early, so that pieces cost nothing.
   */
  #stillSending(): boolean {
    const { clock } = this.#host;
    const end = after(lastMoved(this.#body, this.#begun), this.#stream.head.timeoutUs as Micros);
    const left = elapsed(clock.now(), end);
    if (left <= 0) return false;
    this.#timer = clock.alarm(left, this);
    return true;
  }

  /** The head of the answer is here, or will never be. */
  take(result: OriginResult): void {
    if (this.#over) return;
    this.#over = true;
    try {
      this.#withdraw();
      const sent = this.#answer(result);
      if (sent === undefined) this.#release();
      else
        sent.then(
          () => this.#release(),
          (error: unknown) => this.#failed(error),
        );
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Gives the result to the stream. A promise: the last byte is still to come. */
  #answer(result: OriginResult): Promise<void> | undefined {
    const stream = this.#stream;
    if (stream.cancel.cancelled) {
      if (result.kind === 'answer') result.response.body?.cancel('cancelled');
      return undefined;
    }
    if (result.kind === 'answer') {
      const { status, headers, body, upgrade } = result.response;
      if (body === undefined || body.whole !== undefined) return stream.respond(status, headers, body, upgrade);
      // The time a backend has for its head is also what it has for each silence in its body.
      const patient = new PatientBody(body, this.#host.clock, stream.head.timeoutUs as Micros);
      return stream.respond(status, headers, patient, upgrade);
    }
    if (this.#expired) stream.reset('backend-timeout', 'backend did not answer in time');
    else stream.reset(result.kind === 'unreachable' ? 'backend-unreachable' : 'backend-broken', result.detail);
    return undefined;
  }

  #withdraw(): void {
    if (this.#timer !== undefined) this.#host.clock.clear(this.#timer);
  }

  #release(): void {
    this.#state.inFlight -= 1;
    this.#state.released();
  }
}
