import type { Host } from '../../proxy/host/host.ts';
import { seededRandom } from '../../proxy/host/random.ts';
import { nodeCrypto } from '../../proxy/node/crypto.ts';
import type { ManualClock } from './manual-clock.ts';

/** A Host around a manual clock; it has no network. */
export function manualHost(clock: ManualClock, seed = 'test', secret = 'test secret'): Host & { events: string[] } {
  const events: string[] = [];
  const store = new Map<string, string>();
  return {
    id: 'service/1',
    clock,
    random: seededRandom(seed),
    net: {
      dial: () => Promise.reject(new Error('no network')),
      listen: () => Promise.reject(new Error('no network')),
    },
    store: {
      get: (key) => store.get(key),
      set: (key, value) => void store.set(key, value),
      delete: (key) => void store.delete(key),
    },
    crypto: nodeCrypto(secret),
    log: { debugEnabled: true, event: (_level, name) => void events.push(name) },
    events,
  };
}
