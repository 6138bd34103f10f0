import type { ToxicType } from './toxic-type.ts';
import { bandwidth } from './types/bandwidth.ts';
import { blackhole } from './types/blackhole.ts';
import { connectDelay } from './types/connect-delay.ts';
import { corrupt } from './types/corrupt.ts';
import { freeze } from './types/freeze.ts';
import { halfOpen } from './types/half-open.ts';
import { httpAbortBody } from './types/http-abort-body.ts';
import { httpSlowHeaders } from './types/http-slow-headers.ts';
import { httpStatus } from './types/http-status.ts';
import { latency } from './types/latency.ts';
import { limitData } from './types/limit-data.ts';
import { limitTime } from './types/limit-time.ts';
import { noop } from './types/noop.ts';
import { packetLoss } from './types/packet-loss.ts';
import { refuse } from './types/refuse.ts';
import { resetPeer } from './types/reset-peer.ts';
import { sharedBandwidth } from './types/shared-bandwidth.ts';
import { slicer } from './types/slicer.ts';
import { slowClose } from './types/slow-close.ts';
import { timeout } from './types/timeout.ts';
import { tlsHandshakeStall } from './types/tls-handshake-stall.ts';

/** Every toxic type this server knows, in the order the documentation lists them. One line each. */
export const TOXIC_TYPES: readonly ToxicType[] = [
  latency,
  bandwidth,
  slowClose,
  timeout,
  resetPeer,
  slicer,
  limitData,
  noop,
  packetLoss,
  corrupt,
  limitTime,
  connectDelay,
  refuse,
  blackhole,
  halfOpen,
  freeze,
  sharedBandwidth,
  httpStatus,
  httpSlowHeaders,
  httpAbortBody,
  tlsHandshakeStall,
];

const byName = new Map(TOXIC_TYPES.map((definition) => [definition.type, definition]));

/** The definition of a type, exact spelling. */
export function toxicType(name: string): ToxicType | undefined {
  return byName.get(name);
}
