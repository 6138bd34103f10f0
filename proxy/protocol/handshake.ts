import type { Clock } from '../host/clock.ts';
import type { Conn } from '../host/transport.ts';
import type { Micros } from '../host/units.ts';
import { ConnectorSession, type ConnectorSessionOptions } from './connector-session.ts';
import { Opening } from './opening.ts';
import { ServiceSession } from './service-session.ts';
import type { ConnectorTunnel, ServiceTunnel, TunnelLiveness } from './tunnel.ts';

export interface ServiceTunnelOptions {
  /** Name of this service instance, told to the connector. */
  readonly instanceId: string;
  readonly liveness: TunnelLiveness;
  /** Credit per stream this end grants at first, bytes (256 KiB is a good start; it may grow to 1 MiB). */
  readonly window: number;
  readonly helloTimeout: Micros;
}

export interface ConnectorTunnelOptions extends ConnectorSessionOptions {
  readonly helloTimeout: Micros;
}

/**
 * Opens the service's end on an accepted connection: waits for the connector's hello and answers it.
 * Rejects with ERR_TUNNEL_HELLO when the first frame is not a sound hello, when the claimed id is not the certificate's,
 * when nothing comes within `helloTimeout`, or when the connection ends first. The connection is closed then.
 */
export function acceptServiceTunnel(conn: Conn, clock: Clock, options: ServiceTunnelOptions): Promise<ServiceTunnel> {
  return new Promise((resolve, reject) => {
    const late = (): void => session.close({ cause: 'lost', detail: `no hello within ${options.helloTimeout} us` });
    const opening = new Opening(clock, options.helloTimeout, late, () => resolve(session), reject);
    const session: ServiceSession = new ServiceSession(conn, clock, options, opening);
    session.start();
  });
}

/**
 * Opens the connector's end on a dialled connection: says hello and waits for the answer. `onStream` may be called before
 * the promise's reader runs. Rejects with ERR_TUNNEL_HELLO like acceptServiceTunnel.
 */
export function openConnectorTunnel(
  conn: Conn,
  clock: Clock,
  options: ConnectorTunnelOptions,
): Promise<ConnectorTunnel> {
  return new Promise((resolve, reject) => {
    const begun = clock.now();
    const late = (): void => session.close({ cause: 'lost', detail: `no answer within ${options.helloTimeout} us` });
    const ready = (): void => {
      session.greetedAfter((clock.now() - begun) as Micros);
      resolve(session);
    };
    const opening = new Opening(clock, options.helloTimeout, late, ready, reject);
    const session: ConnectorSession = new ConnectorSession(conn, clock, options, opening);
    session.start();
  });
}
