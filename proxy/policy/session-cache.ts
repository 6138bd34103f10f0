import type { Crypto } from '../host/host.ts';
import type { EpochMs } from '../host/units.ts';
import type { Session } from './session.ts';
import { openSession } from './session.ts';

interface Opened {
  readonly application: string;
  readonly session: Session;
}

/** Cookie fields longer than this are searched each time; texts kept stay below 40 MB. */
const fieldLength = 1024;
const fieldsPerGeneration = 20_000;

/**
 * Cookie text to session, so that a request costs one map look-up instead of a decryption. Holds only what decryption has
 * proved; bounded, the longest unread half goes first (two generations).
 */
export class SessionCache {
  readonly #crypto: Crypto;
  readonly #perGeneration: number;
  #young = new Map<string, Opened>();
  #old = new Map<string, Opened>();
  #youngFields = new Map<string, Opened>();
  #oldFields = new Map<string, Opened>();

  /** At most `limit` sessions are held, ≥ 2. */
  constructor(crypto: Crypto, limit = 100_000) {
    this.#crypto = crypto;
    this.#perGeneration = Math.max(1, Math.floor(limit / 2));
  }

  /** As `openSession`. */
  read(application: string, cookie: string, wall: EpochMs): Session | undefined {
    const known = this.#young.get(cookie);
    if (known !== undefined && known.application === application && wall < known.session.expiresAt) {
      return known.session;
    }
    return this.#readSlowly(application, cookie, wall);
  }

  /**
   * The session that `rememberField` was told for exactly this text of a Cookie field. One look-up by a text whose hash is known,
   * instead of a search for the cookie and a look-up by a fresh text.
   */
  readField(application: string, field: string, wall: EpochMs): Session | undefined {
    const known = this.#youngFields.get(field) ?? this.#oldFields.get(field);
    if (known === undefined || known.application !== application || wall >= known.session.expiresAt) return undefined;
    return known.session;
  }

  /** `field`: the whole text of the only Cookie field, in which this session's cookie was found once. */
  rememberField(application: string, field: string, session: Session): void {
    if (field.length > fieldLength) return;
    if (this.#youngFields.size >= fieldsPerGeneration) {
      this.#oldFields = this.#youngFields;
      this.#youngFields = new Map();
    }
    this.#youngFields.set(field, { application, session });
  }

  /** Sessions held now. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  #readSlowly(application: string, cookie: string, wall: EpochMs): Session | undefined {
    const older = this.#old.get(cookie);
    if (older !== undefined) this.#old.delete(cookie);
    const session =
      older !== undefined && older.application === application && wall < older.session.expiresAt
        ? older.session
        : openSession(this.#crypto, application, cookie, wall);
    if (session === undefined) {
      const known = this.#young.get(cookie);
      if (known !== undefined && wall >= known.session.expiresAt) this.#young.delete(cookie);
      return undefined;
    }
    if (this.#young.size >= this.#perGeneration) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(cookie, { application, session });
    return session;
  }
}
