/** Fixed sizes of the tunnel protocol, in bytes unless said otherwise. Measured reasons: windows above 1 MiB delay small requests behind bulk. */

/** Largest piece of a body in one frame where bytes travel; a larger one would hold small requests up behind it. */
export const DATA_CHUNK_BYTES = 16_384;

/** First bytes that may ride on a head while the transport asks for restraint. */
export const RESTRAINED_FIRST_BYTES = 1_024;

/** Credit of one stream never grows beyond this, nor does the sum of growth on one tunnel. */
export const WINDOW_MAX_BYTES = 1_048_576;

/** A stream whose answer has passed this much counts as bulk. */
export const BULK_BYTES = 131_072;

/** Fields and bytes by which a head may grow between the front and the tunnel: Via, X-Forwarded-*, the user, the upgrade. */
export const ADDED_FIELDS = 16;
export const ADDED_BYTES = 1_536;

/** Header fields of one head, inclusive. */
export const HEADER_FIELDS_MAX = 256;

/**
 * UTF-8 bytes of all header names and values of one head, inclusive: the 32 KiB that users with large Kerberos tickets need,
 * and what is added. With the largest target, all other texts and a first chunk it still fits a frame.
 */
export const HEADER_BYTES_MAX = 32_768 + ADDED_BYTES;

/** UTF-8 bytes of a request's target, inclusive. */
export const TARGET_BYTES_MAX = 8_192;

/** UTF-8 bytes of any other text of a frame (method, host, ids, user, details), inclusive. */
export const TEXT_BYTES_MAX = 1_024;

/** Largest credit a peer may hold on one stream; more is nonsense. */
export const CREDIT_MAX_BYTES = 16_777_216;

/** Requests at once that a connector may offer to take, inclusive; a hello that offers more is refused. */
export const STREAMS_MAX = 65_535;

/** Largest stream id; a tunnel that reaches it is drained and replaced. */
export const STREAM_ID_MAX = 0x7fff_ffff;
