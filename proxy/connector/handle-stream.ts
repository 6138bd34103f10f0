import type { Host } from '../host/host.ts';
import type { Micros } from '../host/units.ts';
import type { IncomingStream } from '../protocol/tunnel.ts';
import { covers } from './allowed-urls.ts';
import { BackendCall } from './backend-call.ts';
import type { ConnectorApplication } from './configuration.ts';
import type { ConnectorState } from './state.ts';

/**
 * One request at the connector: capacity, ticket, backend, answer. Every path ends in respond or reset. A slot is held from
 * dispatch to the last byte (the documented limit counts connections, not requests per second).
 */
export function handleStream(host: Host, state: ConnectorState, stream: IncomingStream): void {
  if (state.unconfigured === undefined) {
    begin(host, state, stream);
    return;
  }
  void state.unconfigured.then(() => {
    if (!stream.cancel.cancelled) begin(host, state, stream);
  });
}

function begin(host: Host, state: ConnectorState, stream: IncomingStream): void {
  const application = admitted(host, state, stream);
  if (application === undefined) return;
  const work = state.cores === undefined ? none : state.cores.admit();
  if (work === undefined) {
    stream.reset('overload', 'queue full');
    return;
  }
  state.inFlight += 1;
  const call = new BackendCall(host, state, application, stream);
  if (work > 0) host.clock.wake(work, call);
  else call.awake();
}

const none = 0 as Micros;

/** The application to call; undefined: the stream was reset. */
function admitted(host: Host, state: ConnectorState, stream: IncomingStream): ConnectorApplication | undefined {
  const application = state.applications.get(stream.head.application);
  if (application === undefined) {
    stream.reset('unknown-application', stream.head.application);
    return undefined;
  }
  if (application.allowed === undefined || !covers(application.allowed, stream.head.target)) {
    host.log.event('error', 'connector.forbidden-target', { application: application.id });
    stream.reset('unknown-application', 'not on this connector’s own list of internal URLs');
    return undefined;
  }
  if (state.draining) {
    stream.reset('refused', 'draining');
    return undefined;
  }
  if (state.inFlight >= state.config.maxConcurrent) {
    stream.reset('overload', 'concurrency cap');
    return undefined;
  }
  return application;
}
