import type { Instant } from '../host/units.ts';
import type { Balanced } from '../policy/balancer.ts';
import { PeakEwma } from '../policy/peak-ewma.ts';
import type { ServiceTunnel } from '../protocol/tunnel.ts';

/**
 * Small streams a tunnel gets before the next one is used. What goes out on one tunnel in one turn is one TLS record and one
 * system call; spread over four tunnels it was up to four of each (measured: a quarter of the service's core time).
 */
const packedStreams = 32;

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
  /** Requests at once it is given for now, 0 to `maxStreams`: fewer than its cap after it turned one away. */
  limit: number;
  /** Its tunnels are gone but the relay has not noticed (behaviour.detection.onClose = false): it swallows requests. */
  ghost = false;

  constructor(group: string, tunnel: ServiceTunnel, joinedAt: Instant) {
    this.id = tunnel.connectorId;
    this.group = group;
    this.bootNonce = tunnel.bootNonce;
    this.generation = tunnel.generation;
    this.maxStreams = tunnel.maxStreams;
    this.limit = tunnel.maxStreams;
    this.joinedAt = joinedAt;
  }

  /** Has a tunnel that takes new work, or is a ghost that looks as if it had. */
  get reachable(): boolean {
    if (this.ghost) return true;
    for (const tunnel of this.tunnels) if (tunnel.state === 'open') return true;
    return false;
  }

  get atCap(): boolean {
    return this.inFlight >= this.limit;
  }

  /**
   * The first open tunnel with room for another small stream, else the one with the fewest bulk streams, then the fewest
   * streams. Undefined for a ghost.
   */
  bestTunnel(): ServiceTunnel | undefined {
    let best: ServiceTunnel | undefined;
    for (const tunnel of this.tunnels) {
      if (tunnel.state !== 'open') continue;
      if (tunnel.bulkStreams === 0 && tunnel.inFlight < packedStreams) return tunnel;
      if (best === undefined || isLighter(tunnel, best)) best = tunnel;
    }
    return best;
  }
}

function isLighter(a: ServiceTunnel, b: ServiceTunnel): boolean {
  if (a.bulkStreams !== b.bulkStreams) return a.bulkStreams < b.bulkStreams;
  return a.inFlight < b.inFlight;
}
