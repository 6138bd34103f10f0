import type { Adapter, AdapterPayload } from 'oidc-provider';

interface Entry {
  readonly payload: AdapterPayload;
  /** Epoch milliseconds, exclusive. */
  readonly endsAt: number;
}

/** Least time between two sweeps of ended entries. */
const sweepEveryMs = 10_000;

/**
 * What oidc-provider remembers: sessions, grants, codes. In memory, with ends, and bounded: beyond `limit` the oldest goes.
 * (The library's own memory adapter keeps 1,000 entries, which a few seconds of sign-ins under load exceed.)
 */
export class TokenStore {
  readonly #limit: number;
  readonly #entries = new Map<string, Entry>();
  readonly #byUid = new Map<string, string>();
  readonly #byGrant = new Map<string, Set<string>>();
  #sweptAt = 0;

  constructor(limit = 200_000) {
    this.#limit = limit;
  }

  /** An adapter for one of the library's models. */
  adapter(model: string): Adapter {
    const key = (id: string): string => `${model}:${id}`;
    return {
      upsert: async (id, payload, expiresIn) => this.#set(key(id), payload, expiresIn),
      find: async (id) => this.#get(key(id)),
      findByUid: async (uid) => this.#get(this.#byUid.get(uid) ?? ''),
      findByUserCode: async () => undefined,
      consume: async (id) => {
        const entry = this.#get(key(id));
        if (entry !== undefined) entry.consumed = Math.floor(Date.now() / 1000);
      },
      destroy: async (id) => this.#delete(key(id)),
      revokeByGrantId: async (grant) => {
        for (const member of this.#byGrant.get(grant) ?? []) this.#delete(member);
        this.#byGrant.delete(grant);
      },
    };
  }

  get size(): number {
    return this.#entries.size;
  }

  #get(key: string): AdapterPayload | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (Date.now() < entry.endsAt) return entry.payload;
    this.#delete(key);
    return undefined;
  }

  #set(key: string, payload: AdapterPayload, expiresIn: number | undefined): void {
    const now = Date.now();
    this.#delete(key);
    if (now - this.#sweptAt > sweepEveryMs) this.#sweep(now);
    while (this.#entries.size >= this.#limit) this.#delete(this.#entries.keys().next().value as string);
    this.#entries.set(key, { payload, endsAt: now + (expiresIn ?? Infinity) * 1000 });
    if (payload.uid !== undefined) this.#byUid.set(payload.uid, key);
    if (payload.grantId === undefined) return;
    const members = this.#byGrant.get(payload.grantId) ?? new Set();
    members.add(key);
    this.#byGrant.set(payload.grantId, members);
  }

  #delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    const { uid, grantId } = entry.payload;
    if (uid !== undefined && this.#byUid.get(uid) === key) this.#byUid.delete(uid);
    if (grantId === undefined) return;
    const members = this.#byGrant.get(grantId);
    members?.delete(key);
    if (members?.size === 0) this.#byGrant.delete(grantId);
  }

  #sweep(now: number): void {
    this.#sweptAt = now;
    for (const [key, entry] of this.#entries) if (now >= entry.endsAt) this.#delete(key);
  }
}
