import type { Frame } from '../../../proxy/host/frame.ts';
import { FrameEncoder } from '../../../proxy/protocol/frame-encoder.ts';

/** One frame as bytes. */
export function encodeFrame(frame: Frame): Uint8Array {
  const encoder = new FrameEncoder();
  encoder.add(frame);
  const parts = encoder.take();
  if (parts.length === 1) return parts[0] as Uint8Array;
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}
