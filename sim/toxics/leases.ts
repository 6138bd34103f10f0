import { randomBytes } from 'node:crypto';
import type { Instant } from '../../proxy/host/units.ts';
import { badBody, ToxicsError } from './control/toxics-error.ts';
import type { Pending, Scheduler } from './engine/scheduler.ts';
import type { ToxicProxy } from './proxy.ts';
import type { ProxyRequest, ProxyTable } from './proxy-table.ts';

/** Bounds of a lease's length, ms, both inclusive, and of the number of leases. */
const LEASE_MS = { min: 100, max: 86_400_000 } as const;
const MOST_LEASES = 10_000;

interface Lease {
  readonly id: string;
  readonly ttlMs: number;
  pending: Pending;
}

/**
 * Leases: toxics and proxies that name one vanish when their owner stops renewing it, so that a test process that dies
 * leaves no fault behind.
 */
export class Leases {
  readonly #scheduler: Scheduler;
  readonly #table: ProxyTable;
  readonly #leases = new Map<string, Lease>();

  constructor(scheduler: Scheduler, table: ProxyTable) {
    this.#scheduler = scheduler;
    this.#table = table;
  }

  /**
   * Opens a lease of `ttlMs`.
   * @throws ToxicsError 400 outside {@link LEASE_MS}, 503 when there are too many
   */
  open(ttlMs: number): { id: string; ttl_ms: number } {
    if (!Number.isInteger(ttlMs) || ttlMs < LEASE_MS.min || ttlMs > LEASE_MS.max) {
      throw badBody(`ttl_ms must be a whole number from ${LEASE_MS.min} to ${LEASE_MS.max}`);
    }
    if (this.#leases.size >= MOST_LEASES) throw new ToxicsError(503, `more than ${MOST_LEASES} leases`);
    const id = randomBytes(9).toString('hex');
    this.#leases.set(id, { id, ttlMs, pending: this.#endLater(id, ttlMs) });
    return { id, ttl_ms: ttlMs };
  }

  /**
   * Starts the lease's time again.
   * @throws ToxicsError 404 when it has ended
   */
  renew(id: string): { id: string; ttl_ms: number } {
    const lease = this.#get(id);
    lease.pending.cancel();
    lease.pending = this.#endLater(id, lease.ttlMs);
    return { id, ttl_ms: lease.ttlMs };
  }

  /**
   * Ends a lease and everything under it.
   * @throws ToxicsError 404 when it has ended already
   */
  async end(id: string): Promise<void> {
    this.#get(id).pending.cancel();
    this.#leases.delete(id);
    await Promise.all(this.#table.all().map((proxy) => this.#endOf(id, proxy)));
  }

  /** @throws ToxicsError 400 for a lease that is given and not open */
  mustKnow(id: string | undefined): void {
    if (id !== undefined && id !== '' && !this.#leases.has(id))
      throw badBody(`no lease ${id}: it has ended or never was`);
  }

  /** The same for a proxy and the toxics it is created with; to be asked again when its port is open. */
  mustKnowAll(request: ProxyRequest): void {
    this.mustKnow(request.lease);
    for (const toxic of request.toxics ?? []) this.mustKnow(toxic.common.lease);
  }

  /** A port that cannot be opened again is asked for by the proxy itself; there is nobody to tell here. */
  async #endOf(id: string, proxy: ToxicProxy): Promise<void> {
    if (proxy.lease === id) this.#table.removeThis(proxy);
    const toxics = proxy.toxicChain.all().filter((toxic) => toxic.common.lease === id);
    await Promise.allSettled(toxics.map((toxic) => proxy.removeToxic(toxic, 'lease')));
  }

  #get(id: string): Lease {
    const lease = this.#leases.get(id);
    if (lease === undefined) throw new ToxicsError(404, 'lease not found');
    return lease;
  }

  #endLater(id: string, ttlMs: number): Pending {
    return this.#scheduler.at((this.#scheduler.now() + ttlMs * 1_000) as Instant, () => {
      this.end(id).catch(() => undefined);
    });
  }
}
