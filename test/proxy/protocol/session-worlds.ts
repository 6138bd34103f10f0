import { seededRandom } from '../../../proxy/host/random.ts';
import type { PeerIdentity } from '../../../proxy/host/transport.ts';
import { byteConn } from '../../../proxy/protocol/byte-conn.ts';
import { type BytePairOptions, bytePair, rethrow } from './byte-pair.ts';
import { tlsWorld } from './tls-world.ts';
import { type LineWorld, objectWorld } from './tunnel-ends.ts';

/** Frames become bytes, cut anywhere by `seed`. */
export function byteWorld(seed: number, damage?: BytePairOptions['damage']): LineWorld {
  return {
    name: `bytes ${seed}`,
    bytes: true,
    timed: true,
    line(clock, options) {
      const [a, b] = bytePair(clock, {
        ...options,
        random: seededRandom(seed),
        ...(damage === undefined ? {} : { damage }),
      });
      const flushSoon = (fn: () => void): void => queueMicrotask(fn);
      const peer: PeerIdentity = { address: 'pair', certificateName: options?.certificateName };
      return {
        clock,
        service: byteConn(a, { peer, flushSoon, onBug: rethrow }),
        connector: byteConn(b, { peer: { address: 'pair', certificateName: undefined }, flushSoon, onBug: rethrow }),
        silence() {
          a.silent = true;
          b.silent = true;
        },
      };
    },
  };
}

/** The worlds every session test runs in. */
export const worlds: readonly LineWorld[] = [objectWorld, byteWorld(1), byteWorld(2), tlsWorld];
