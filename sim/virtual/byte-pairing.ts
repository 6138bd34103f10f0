import type { Random } from '../../proxy/host/random.ts';
import type { CloseReason } from '../../proxy/host/transport.ts';
import { byteConn } from '../../proxy/protocol/byte-conn.ts';
import type { ByteStream } from '../../proxy/protocol/byte-stream.ts';
import { ConnEnd, Wire } from './conn.ts';
import type { Pairing, PairingSide } from './network.ts';

const byteLength = (bytes: Uint8Array): number => bytes.byteLength;

/** One write in this many leaves its tail for later, so that a frame spans events and can be cut by a crash. */
const tailOneIn = 8;
const tailDelayUs = 500;

/** At the end of the turn, within the event: the drain waits for it. */
const flushSoon = (fn: () => void): void => void Promise.resolve().then(fn);

/**
 * L2: the same links and lives as L1, but frames cross them as bytes through the codec of the live tunnel, cut at places
 * drawn from `random`. A part that dies between the head and the tail of a write leaves half a frame behind.
 */
export function bytePairing(random: Random): Pairing {
  let connections = 0;
  return (wire, dialler, listener) => {
    const shared = new Wire<Uint8Array>(wire.kernel, wire.link, byteLength);
    const identity = (part: string) => ({ address: part, certificateName: part });
    const near = new ConnEnd<Uint8Array>(shared, dialler.life, identity(listener.part));
    const far = new ConnEnd<Uint8Array>(shared, listener.life, identity(dialler.part));
    near.other = far;
    far.other = near;
    connections += 1;
    const conn = (end: ConnEnd<Uint8Array>, side: PairingSide, name: string) => {
      side.opened(end as unknown as ConnEnd<never>);
      const stream = new CutStream(end, random.fork(`${connections}/${name}`));
      return byteConn(stream, { peer: end.peer, flushSoon, onBug: (error) => wire.kernel.fail(error) });
    };
    return [conn(near, dialler, 'dialler'), conn(far, listener, 'listener')];
  };
}

/** A stream of bytes that arrives in other pieces than it was written in. */
class CutStream implements ByteStream {
  readonly #end: ConnEnd<Uint8Array>;
  readonly #random: Random;
  /** Written and not yet on the wire, oldest first. */
  #kept: Uint8Array[] = [];
  #closing: CloseReason | undefined = undefined;

  constructor(end: ConnEnd<Uint8Array>, random: Random) {
    this.#end = end;
    this.#random = random;
  }

  write(bytes: Uint8Array): boolean {
    if (this.#kept.length > 0) {
      this.#kept.push(bytes);
      return true;
    }
    if (bytes.byteLength < 2 || this.#random.below(tailOneIn) > 0) return this.#end.send(bytes);
    const at = 1 + this.#random.below(bytes.byteLength - 1);
    const fits = this.#end.send(bytes.subarray(0, at));
    this.#kept.push(bytes.subarray(at));
    const { kernel } = this.#end.wire;
    const release = { run: () => this.#release() };
    kernel.schedule(kernel.now + 1 + this.#random.below(tailDelayUs), release, this.#end.life);
    return fits;
  }

  onBytes(fn: (bytes: Uint8Array) => void): void {
    this.#end.onFrame((bytes) => {
      let at = 0;
      while (at < bytes.byteLength) {
        const size = this.#random.below(4) === 0 ? 1 + this.#random.below(12) : 1 + this.#random.below(20_000);
        fn(bytes.subarray(at, at + size));
        at += size;
      }
    });
  }

  onDrain(fn: () => void): void {
    this.#end.onDrain(fn);
  }

  onClose(fn: (reason: CloseReason) => void): void {
    this.#end.onClose(fn);
  }

  close(reason: CloseReason): void {
    const abrupt = reason.cause === 'reset' || reason.cause === 'lost';
    if (this.#kept.length > 0 && !abrupt) this.#closing ??= reason;
    else this.#end.close(reason);
  }

  #release(): void {
    const kept = this.#kept;
    this.#kept = [];
    for (const bytes of kept) this.#end.send(bytes);
    if (this.#closing !== undefined) this.#end.close(this.#closing);
  }
}
