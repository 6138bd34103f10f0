import type { Host, LogLevel } from '../host/host.ts';
import type { CloseReason, Conn } from '../host/transport.ts';
import { type Micros, seconds } from '../host/units.ts';
import { supersededReason } from '../policy/supersession.ts';
import { acceptServiceTunnel } from '../protocol/handshake.ts';
import type { ServiceTunnel } from '../protocol/tunnel.ts';
import type { ServiceConfig } from './config.ts';
import { ConnectorGroup } from './connector-group.ts';
import { Opening } from './opening.ts';
import { RegisteredConnector } from './registered-connector.ts';

/** What connectors are told by an instance that goes away. */
export const drainingReason = 'instance is draining';

type CloseFacts = { readonly [fact in keyof CloseReason]?: string };

/**
 * Which connectors this instance can reach. Liveness is the open tunnel, never a time-to-live record; the group comes
 * from the service's own list, never from the connector; the newest incarnation of a connector wins and older tunnels
 * are told to leave.
 */
export class Registry {
  readonly groups = new Map<string, ConnectorGroup>();
  readonly opening: Opening;
  readonly #host: Host;
  readonly #config: ServiceConfig;
  readonly #groupOf = new Map<string, string>();
  readonly #connectors = new Map<string, RegisteredConnector>();
  readonly #configuration = new Map<string, string>();
  /** Accepted and not over: registered tunnels, those that still greet, and those told to leave. */
  readonly #conns = new Set<Conn>();
  #leaving = false;
  #over: CloseReason | undefined = undefined;

  constructor(host: Host, config: ServiceConfig) {
    this.#host = host;
    this.#config = config;
    for (const application of config.applications) this.#ensureGroup(application.group);
    for (const { id, group } of config.connectors) {
      this.#groupOf.set(id, group);
      this.#ensureGroup(group);
    }
    this.opening = new Opening(host.clock, config.openingPatience);
    this.#openIfComplete();
  }

  /**
   * Users may come: it opened, is not going away, and reaches a connector of any group at all. One group that lost its
   * connectors everywhere must not take every instance out of a load balancer, and the other groups' users with it.
   */
  get ready(): boolean {
    if (!this.opening.isOpen || this.#leaving) return false;
    if (this.#groupOf.size === 0) return true;
    for (const group of this.groups.values()) if (group.reachable > 0) return true;
    return false;
  }

  /** Connectors that can be reached now, by group. */
  get reachable(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.groups].map(([id, group]) => [id, group.reachable]));
  }

  /** Opens once every group that has connectors in the list has one here. */
  #openIfComplete(): void {
    for (const id of this.#groupOf.values()) if (this.group(id).size === 0) return;
    this.opening.open();
  }

  get tunnels(): number {
    let count = 0;
    for (const connector of this.#connectors.values()) count += connector.tunnels.length;
    return count;
  }

  get inFlight(): number {
    let count = 0;
    for (const connector of this.#connectors.values()) count += connector.inFlight;
    return count;
  }

  group(id: string): ConnectorGroup {
    return this.#ensureGroup(id);
  }

  /** The instance is going away; see ConnectorGroup. */
  leave(): void {
    this.#leaving = true;
    for (const group of this.groups.values()) group.leave();
  }

  /** Those that take work: of the newest incarnation of each connector. */
  allTunnels(): ServiceTunnel[] {
    return [...this.#connectors.values()].flatMap((connector) => connector.tunnels);
  }

  /** Ends every connection, of whatever kind, and those that were on their way. */
  close(reason: CloseReason): void {
    this.#over = reason;
    for (const tunnel of this.allTunnels()) tunnel.close(reason);
    for (const conn of this.#conns) conn.close(reason);
  }

  /** Takes a fresh connection from the transport; refuses unknown connectors and certificates of another name. */
  async accept(conn: Conn): Promise<void> {
    if (this.#over !== undefined) {
      conn.close(this.#over);
      return;
    }
    this.#conns.add(conn);
    const { detection } = this.#config.behaviour;
    let tunnel: ServiceTunnel;
    try {
      tunnel = await acceptServiceTunnel(conn, this.#host.clock, {
        instanceId: this.#config.instanceId,
        liveness: detection,
        window: this.#config.window,
        helloTimeout: seconds(5),
      });
    } catch (error) {
      this.#conns.delete(conn);
      this.#host.log.event('warn', 'tunnel.refused', { peer: conn.peer.address, error: String(error) });
      return;
    }
    tunnel.onState((state) => {
      if (state === 'closed') this.#conns.delete(conn);
    });
    const group = this.#groupOf.get(tunnel.connectorId);
    const certified = conn.peer.certificateName;
    if (group === undefined || (certified !== undefined && certified !== tunnel.connectorId)) {
      this.#host.log.event('error', 'tunnel.foreign-connector', {
        claimed: tunnel.connectorId,
        certificate: certified ?? '',
      });
      tunnel.close({ cause: 'protocol', detail: 'unknown connector' });
      return;
    }
    if (this.#leaving) {
      // It came too late to be among those that the drain tells to go elsewhere, and brings nobody a connector for long.
      tunnel.goAway(drainingReason, 0);
      return;
    }
    this.#register(group, tunnel);
  }

  #register(group: string, tunnel: ServiceTunnel): void {
    const known = this.#connectors.get(tunnel.connectorId);
    if (known !== undefined && known.generation > tunnel.generation) {
      this.#tell('warn', 'connector.superseded', known);
      tunnel.goAway(supersededReason, 0);
      return;
    }
    // configuration first: adding the connector hands it the requests that wait, in the same turn
    tunnel.sendConfig(this.#configurationFor(group));
    let connector = known;
    if (connector === undefined || connector.bootNonce !== tunnel.bootNonce) {
      if (connector !== undefined) this.#supersede(connector);
      connector = new RegisteredConnector(group, tunnel, this.#host.clock.now());
      this.#connectors.set(connector.id, connector);
      connector.tunnels.push(tunnel);
      this.#tell('info', 'connector.joined', connector);
      this.group(group).add(connector);
      this.#openIfComplete();
    } else {
      connector.tunnels.push(tunnel);
      connector.ghost = false;
      this.group(group).changed();
    }
    const owner = connector;
    tunnel.onState((state) => {
      if (state === 'closed') this.#closed(owner, tunnel);
      else this.group(group).changed();
    });
  }

  /** An older incarnation: its process is gone or going; nothing new is sent there. */
  #supersede(connector: RegisteredConnector): void {
    this.#tell('warn', 'connector.superseded', connector);
    connector.ghost = false;
    for (const tunnel of [...connector.tunnels]) tunnel.goAway(supersededReason, 0);
    this.group(connector.group).remove(connector);
  }

  #closed(connector: RegisteredConnector, tunnel: ServiceTunnel): void {
    const at = connector.tunnels.indexOf(tunnel);
    if (at >= 0) connector.tunnels.splice(at, 1);
    if (connector.tunnels.length > 0) {
      this.group(connector.group).changed();
      return;
    }
    if (this.#over === undefined && this.#connectors.get(connector.id) === connector) {
      const { cause, detail } = tunnel.closeReason ?? { cause: '', detail: '' };
      this.#tell(cause === 'fin' ? 'info' : 'warn', 'connector.lost', connector, { cause, detail });
    }
    const { onClose, deadAfter } = this.#config.behaviour.detection;
    if (onClose || this.#connectors.get(connector.id) !== connector) {
      this.#forget(connector);
      return;
    }
    connector.ghost = true;
    this.group(connector.group).changed();
    if (deadAfter === undefined) return;
    const silence = this.#host.clock.now() - tunnel.lastHeard;
    this.#host.clock.timeout(Math.max(0, deadAfter - silence) as Micros, () => {
      if (connector.ghost) this.#forget(connector);
    });
  }

  /** What becomes of a connector here, for the operator: its own log may be out of reach. */
  #tell(level: LogLevel, name: string, { id, group }: RegisteredConnector, more: CloseFacts = {}): void {
    this.#host.log.event(level, name, { connector: id, group, ...more });
  }

  #forget(connector: RegisteredConnector): void {
    connector.ghost = false;
    if (this.#connectors.get(connector.id) === connector) this.#connectors.delete(connector.id);
    this.group(connector.group).remove(connector);
  }

  #ensureGroup(id: string): ConnectorGroup {
    let group = this.groups.get(id);
    if (group === undefined) {
      group = new ConnectorGroup(this.#host, id, this.#config.behaviour);
      this.groups.set(id, group);
    }
    return group;
  }

  /** What a connector of the group must know: its applications and their internal URLs. Built once a group. */
  #configurationFor(group: string): string {
    let json = this.#configuration.get(group);
    if (json === undefined) {
      const applications = this.#config.applications
        .filter((application) => application.group === group)
        .map(({ id, internalUrl, singleSignOn }) => ({ id, internalUrl, singleSignOn }));
      json = JSON.stringify({ applications });
      this.#configuration.set(group, json);
    }
    return json;
  }
}
