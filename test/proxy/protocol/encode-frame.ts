import type { Frame } from '../../../proxy/host/frame.ts';
import { FrameEncoder } from '../../../proxy/protocol/frame-encoder.ts';

/** One frame as bytes. */
export function encodeFrame(frame: Frame): Uint8Array {
  const encoder = new FrameEncoder();
  encoder.add(frame);
  return new Uint8Array(Buffer.concat(encoder.take()));
}
