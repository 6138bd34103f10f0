import type { Instant } from '../host/units.ts';
import type { Balanced } from '../policy/balancer.ts';
import { PeakEwma } from '../policy/peak-ewma.ts';
import type { ServiceTunnel } from '../protocol/tunnel.ts';

/** One connector as this instance sees it: all its tunnels here, newest incarnation only. */
export class RegisteredConnector implements Balanced {
  readonly id: string;
  readonly group: string;
  readonly bootNonce: string;
  readonly generation: number;
  readonly maxStreams: number;
  readonly joinedAt: Instant;
  readonly latency = new PeakEwma();
  readonly tunnels: ServiceTunnel[] = [];
  /** Requests dispatched to it and not yet finished with their last byte. */
  inFlight = 0;
  /** Its tunnels are gone but the relay has not noticed (behaviour.detection.onClose = false): it swallows requests. */
  ghost = false;

  constructor(group: string, tunnel: ServiceTunnel, joinedAt: Instant) {
    this.id = tunnel.connectorId;
    this.group = group;
    this.bootNonce = tunnel.bootNonce;
    this.generation = tunnel.generation;
    this.maxStreams = tunnel.maxStreams;
    this.joinedAt = joinedAt;
  }

  /** Has a tunnel that takes new work, or is a ghost that looks as if it had. */
  get reachable(): boolean {
    if (this.ghost) return true;
    for (const tunnel of this.tunnels) if (tunnel.state === 'open') return true;
    return false;
  }

  get atCap(): boolean {
    return this.inFlight >= this.maxStreams;
  }

  /** The open tunnel with the fewest bulk streams, then the fewest streams. Undefined for a ghost. */
  bestTunnel(): ServiceTunnel | undefined {
    let best: ServiceTunnel | undefined;
    for (const tunnel of this.tunnels) {
      if (tunnel.state !== 'open') continue;
      if (best === undefined || isLighter(tunnel, best)) best = tunnel;
    }
    return best;
  }
}

function isLighter(a: ServiceTunnel, b: ServiceTunnel): boolean {
  if (a.bulkStreams !== b.bulkStreams) return a.bulkStreams < b.bulkStreams;
  return a.inFlight < b.inFlight;
}
