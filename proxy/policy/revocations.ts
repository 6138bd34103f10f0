import type { DurableStore } from '../host/host.ts';
import type { EpochMs } from '../host/units.ts';
import type { Session } from './session.ts';

/** Slots of the store ever used: `revoked/0` to `revoked/<count - 1>`, each `<end> <session id>`. */
const countKey = 'revoked';
const slotKey = (slot: number): string => `${countKey}/${slot}`;

interface Revoked {
  readonly end: EpochMs;
  readonly slot: number;
}

/**
 * Sessions that were signed out before their end, kept in the durable store so that a restart forgets none. Each entry lives
 * only as long as the session would have; when the list is full the entry that ends first goes, so neither list nor store
 * grows beyond `limit`. Instances do not share them: a session signed out here is good at the others until its end.
 */
export class Revocations {
  readonly #store: DurableStore;
  readonly #limit: number;
  readonly #revoked = new Map<string, Revoked>();
  /** Slots below `#slots` that hold nothing that counts. */
  readonly #free: number[] = [];
  #slots: number;
  /** Live entries at the last look for ended ones: the next is due at twice as many slots, so that looking stays cheap. */
  #lookedAt = 64;

  /** Reads what the store has of earlier lives. */
  constructor(store: DurableStore, limit = 100_000) {
    this.#store = store;
    this.#limit = limit;
    this.#slots = Math.min(limit, Number(store.get(countKey) ?? '0') || 0);
    for (let slot = 0; slot < this.#slots; slot++) {
      const text = store.get(slotKey(slot)) ?? '';
      const blank = text.indexOf(' ');
      if (blank < 0) this.#free.push(slot);
      else this.#revoked.set(text.slice(blank + 1), { end: Number(text.slice(0, blank)) as EpochMs, slot });
    }
  }

  /** True when nothing is revoked: callers skip the look-up. */
  get empty(): boolean {
    return this.#revoked.size === 0;
  }

  revoke(session: Session, wall: EpochMs): void {
    if (this.#revoked.has(session.id)) return;
    if (this.#free.length === 0) this.#makeRoom(wall);
    const slot = this.#free.pop() ?? this.#slots;
    if (slot === this.#slots) {
      this.#slots += 1;
      this.#store.set(countKey, String(this.#slots));
    }
    this.#store.set(slotKey(slot), `${session.expiresAt} ${session.id}`);
    this.#revoked.set(session.id, { end: session.expiresAt, slot });
  }

  isRevoked(session: Session): boolean {
    return this.#revoked.size > 0 && this.#revoked.has(session.id);
  }

  /** Frees the slots of sessions that are over; only when the list is full, that of one that is not. */
  #makeRoom(wall: EpochMs): void {
    if (this.#slots < this.#limit && this.#slots < 2 * this.#lookedAt) return;
    let first: string | undefined;
    let earliest = Number.POSITIVE_INFINITY;
    for (const [id, { end }] of this.#revoked) {
      if (end <= wall) this.#forget(id);
      else if (end < earliest) {
        earliest = end;
        first = id;
      }
    }
    this.#lookedAt = Math.max(64, this.#revoked.size);
    if (this.#revoked.size >= this.#limit && first !== undefined) this.#forget(first);
  }

  #forget(id: string): void {
    const revoked = this.#revoked.get(id);
    this.#revoked.delete(id);
    if (revoked !== undefined) this.#free.push(revoked.slot);
  }
}
