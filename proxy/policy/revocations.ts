import type { EpochMs } from '../host/units.ts';
import type { Session } from './session.ts';

/**
 * Sessions that were signed out before their end. Each entry lives only as long as the session would have; when the list
 * is full the entry that ends first goes, so the list never grows beyond `limit`.
 */
export class Revocations {
  readonly #limit: number;
  readonly #ends = new Map<string, EpochMs>();

  constructor(limit = 100_000) {
    this.#limit = limit;
  }

  /** True when nothing is revoked: callers skip the look-up. */
  get empty(): boolean {
    return this.#ends.size === 0;
  }

  revoke(session: Session, wall: EpochMs): void {
    if (this.#ends.size >= this.#limit) this.#makeRoom(wall);
    this.#ends.set(session.id, session.expiresAt);
  }

  isRevoked(session: Session): boolean {
    return this.#ends.size > 0 && this.#ends.has(session.id);
  }

  #makeRoom(wall: EpochMs): void {
    let first: string | undefined;
    let earliest = Number.POSITIVE_INFINITY;
    for (const [id, end] of this.#ends) {
      if (end <= wall) this.#ends.delete(id);
      else if (end < earliest) {
        earliest = end;
        first = id;
      }
    }
    if (this.#ends.size >= this.#limit && first !== undefined) this.#ends.delete(first);
  }
}
