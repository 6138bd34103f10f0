import type { ToxicType } from './toxic-type.ts';
import { bandwidth } from './types/bandwidth.ts';
import { latency } from './types/latency.ts';
import { limitData } from './types/limit-data.ts';
import { noop } from './types/noop.ts';
import { resetPeer } from './types/reset-peer.ts';
import { slicer } from './types/slicer.ts';
import { slowClose } from './types/slow-close.ts';
import { timeout } from './types/timeout.ts';

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
];

const byName = new Map(TOXIC_TYPES.map((definition) => [definition.type, definition]));

/** The definition of a type, exact spelling. */
export function toxicType(name: string): ToxicType | undefined {
  return byName.get(name);
}
