import type { HelloAckFrame, HelloFrame } from '../host/frame.ts';
import type { PeerIdentity } from '../host/transport.ts';
import { CREDIT_MAX_BYTES, STREAMS_MAX, TEXT_BYTES_MAX } from './limits.ts';

const whole = (n: number, from: number, to: number): boolean => Number.isInteger(n) && n >= from && n <= to;

/** Why a hello is refused; undefined: it is fine. A certificate's name, where there is one, must be the name claimed. */
export function helloProblem(hello: HelloFrame, peer: PeerIdentity): string | undefined {
  if (hello.version !== 1) return `version ${hello.version}, expected 1`;
  if (hello.connectorId === '' || hello.connectorId.length > TEXT_BYTES_MAX) return 'connector id empty or too long';
  if (peer.certificateName !== undefined && peer.certificateName !== hello.connectorId) {
    return `certificate of ${peer.certificateName} claims to be ${hello.connectorId}`;
  }
  if (hello.bootNonce === '' || hello.bootNonce.length > TEXT_BYTES_MAX) return 'boot nonce empty or too long';
  if (!whole(hello.generation, 0, Number.MAX_SAFE_INTEGER)) return 'generation is not a whole number';
  if (!whole(hello.maxStreams, 1, STREAMS_MAX)) return `maxStreams is not in 1 to ${STREAMS_MAX}`;
  if (!whole(hello.window, 1, CREDIT_MAX_BYTES)) return `window is not in 1 to ${CREDIT_MAX_BYTES}`;
  return undefined;
}

/** Why an answer to a hello is refused; undefined: it is fine. */
export function helloAckProblem(ack: HelloAckFrame): string | undefined {
  if (ack.instanceId === '' || ack.instanceId.length > TEXT_BYTES_MAX) return 'instance id empty or too long';
  if (!whole(ack.window, 1, CREDIT_MAX_BYTES)) return `window is not in 1 to ${CREDIT_MAX_BYTES}`;
  return undefined;
}
