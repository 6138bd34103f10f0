import type { Frame, ResetCode } from '../host/frame.ts';

/**
 * The layout of frames on a wire, version 1. All numbers big-endian.
 *
 *   u32 length of what follows (5 to 65536) · u8 type · u32 stream (0: the tunnel) · payload
 *
 *   hello     u8 version, u32 maxStreams, u32 window, u64 generation, text connectorId, text bootNonce
 *   hello-ack u32 window, u32 pingIntervalMs, text instanceId
 *   request   u8 flags, u64 timeoutUs, texts (method, host, target, application, user, transactionId, name, value, …), first chunk
 *   response  u8 flags, u16 status, texts (name, value, …), first chunk
 *   data      u8 flags, chunk (at most 16384 bytes; empty only at the end)
 *   reset     u8 code, text detail
 *   window    u32 bytes
 *   ping, pong  u64 stamp
 *   goaway    u32 lastStream, u32 retryAfterMs, text reason
 *   config    u8 flags, JSON or a part of it
 *
 *   text = u16 length, UTF-8;  texts = u16 count, count × u16 length, then all the UTF-8
 *
 * A type with the top bit set may be skipped by who does not know it; any other unknown type ends the connection.
 */
export const FRAME_TYPE: Readonly<Record<Frame['type'], number>> = {
  hello: 1,
  'hello-ack': 2,
  request: 3,
  response: 4,
  data: 5,
  reset: 6,
  window: 7,
  ping: 8,
  pong: 9,
  goaway: 10,
  config: 11,
};

/** Bit of a type that says: skip me if you do not know me. */
export const IGNORABLE = 0x80;

/** Flags of request, response and data: nothing follows on this side. */
export const FLAG_END = 0x01;
/** Flag of config: another part follows. */
export const FLAG_MORE = 0x02;

/** Bytes of `length`, of type and stream, and of the largest frame without its length. */
export const LENGTH_BYTES = 4;
export const PREFIX_BYTES = 5;
export const FRAME_BYTES_MAX = 65_536;

/** One part of a configuration, and a whole one. */
export const CONFIG_PART_BYTES = 61_440;
export const CONFIG_BYTES_MAX = 4_194_304;

/** Codes of a reset by their number on the wire; new ones go to the end. */
export const RESET_CODES: readonly ResetCode[] = [
  'cancelled',
  'refused',
  'overload',
  'backend-unreachable',
  'backend-timeout',
  'backend-broken',
  'directory-unavailable',
  'unknown-application',
  'protocol',
  'internal',
];
