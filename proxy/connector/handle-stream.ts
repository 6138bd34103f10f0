import { CancelSource } from '../host/cancel.ts';
import type { TimerId } from '../host/clock.ts';
import type { RequestHead } from '../host/frame.ts';
import type { Host } from '../host/host.ts';
import type { BodySource, OriginResult, RequestMessage, ResponseMessage } from '../host/message.ts';
import type { Micros } from '../host/units.ts';
import type { IncomingStream } from '../protocol/tunnel.ts';
import type { ConnectorApplication, ConnectorState } from './state.ts';

/**
 * One request at the connector: capacity, ticket, backend, answer. Never rejects; every path ends in respond or reset.
 * A slot is held from dispatch to the last byte (the documented limit counts connections, not requests per second).
 */
export async function handleStream(host: Host, state: ConnectorState, stream: IncomingStream): Promise<void> {
  if (state.unconfigured !== undefined) {
    await state.unconfigured;
    if (stream.cancel.cancelled) return;
  }
  const application = state.applications.get(stream.head.application);
  if (application === undefined) return stream.reset('unknown-application', stream.head.application);
  if (!application.allowed) {
    host.log.event('error', 'connector.forbidden-target', { application: application.id });
    return stream.reset('unknown-application', 'internal URL is not on this connector’s own list');
  }
  if (state.draining) return stream.reset('refused', 'draining');
  if (state.inFlight >= state.config.maxConcurrent) return stream.reset('overload', 'concurrency cap');

  const work = state.cores?.admit();
  if (state.cores !== undefined && work === undefined) return stream.reset('overload', 'queue full');

  state.inFlight += 1;
  try {
    if (work !== undefined) await host.clock.sleep(work);
    if (stream.cancel.cancelled) return;
    if (application.singleSignOn === 'kerberos' && state.ports.tickets !== undefined) {
      const ticket = await state.ports.tickets.ticketFor(stream.head.user, application.id, stream.cancel);
      if (stream.cancel.cancelled) return;
      if (ticket !== 'ok') return stream.reset('directory-unavailable', 'no ticket');
    }
    await callBackend(host, state, application, stream);
  } catch (error) {
    host.log.event('error', 'connector.request-failed', { error: String(error) });
    stream.reset('internal', 'connector error');
  } finally {
    state.inFlight -= 1;
    state.released();
  }
}

async function callBackend(
  host: Host,
  state: ConnectorState,
  application: ConnectorApplication,
  stream: IncomingStream,
): Promise<void> {
  const deadline = new BackendDeadline(host, stream);
  const message = backendRequest(stream.head, stream.body);
  const result: OriginResult = await state.ports.origin.exchange(application.internalUrl, message, deadline.token);
  deadline.done();
  if (stream.cancel.cancelled) {
    if (result.kind === 'answer') result.response.body?.cancel('cancelled');
    return;
  }
  if (result.kind === 'answer') return respond(stream, result.response);
  if (deadline.expired) return stream.reset('backend-timeout', 'backend did not answer in time');
  stream.reset(result.kind === 'unreachable' ? 'backend-unreachable' : 'backend-broken', result.detail);
}

async function respond(stream: IncomingStream, response: ResponseMessage): Promise<void> {
  const sent = stream.respond(response.status, response.headers, response.body, response.upgrade);
  if (sent !== undefined) await sent;
}

/** Trips on the service's cancellation or when the backend's time is up; one timer a request. */
class BackendDeadline {
  expired = false;
  // Not a subclass: see AttemptGuard of the service.
  readonly token = new CancelSource();
  readonly #host: Host;
  readonly #timer: TimerId;
  readonly #withdraw: () => void;

  constructor(host: Host, stream: IncomingStream) {
    this.#host = host;
    this.#timer = host.clock.timeout(stream.head.timeoutUs as Micros, () => {
      this.expired = true;
      this.token.cancel('backend-timeout');
    });
    this.#withdraw = stream.cancel.onCancel((reason) => this.token.cancel(reason));
  }

  /** The head of the answer is here: the body is no longer under the deadline. */
  done(): void {
    this.#host.clock.clear(this.#timer);
    this.#withdraw();
  }
}

function backendRequest(head: RequestHead, body: BodySource | undefined): RequestMessage {
  return {
    method: head.method,
    host: head.host,
    target: head.target,
    headers: head.headers,
    body,
    clientAddress: '',
  };
}
