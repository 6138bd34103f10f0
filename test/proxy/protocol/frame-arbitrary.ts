import fc from 'fast-check';
import type { Frame, RequestHead } from '../../../proxy/host/frame.ts';
import type { Chunk, HeaderPairs } from '../../../proxy/host/message.ts';
import { RESET_CODES } from '../../../proxy/protocol/wire.ts';

const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,24}$/);
/** Text of any script without what would break a line. */
const text = fc
  .oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 20 }))
  .map((s) => s.replace(/[\0\r\n]/g, ''));
const unspaced = text.map((s) => s.replace(/ /g, '_'));
const headers: fc.Arbitrary<HeaderPairs> = fc.array(fc.tuple(token, text), { maxLength: 12 });
const stream = fc.integer({ min: 1, max: 0x7fff_ffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const u53 = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const data = (min: number): fc.Arbitrary<Chunk> =>
  fc
    .oneof(
      { weight: 4, arbitrary: fc.uint8Array({ minLength: min, maxLength: 300 }) },
      { weight: 1, arbitrary: fc.integer({ min: 9_000, max: 16_384 }).map((n) => new Uint8Array(n).fill(n % 256)) },
    )
    .map((bytes) => ({ bytes: bytes.byteLength, data: bytes }));
const first = fc.option(data(1), { nil: undefined });
const head: fc.Arbitrary<RequestHead> = fc.record({
  method: token,
  host: unspaced,
  target: unspaced,
  headers,
  application: text,
  user: text,
  timeoutUs: u53,
  transactionId: text,
});

/** Any frame that may travel. */
export const anyFrame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({
    type: fc.constant('hello' as const),
    version: fc.constant(1 as const),
    connectorId: text,
    bootNonce: text,
    generation: u53,
    maxStreams: u32,
    window: u32,
  }),
  fc.record({ type: fc.constant('hello-ack' as const), instanceId: text, window: u32, pingIntervalMs: u32 }),
  fc.record({ type: fc.constant('request' as const), stream, head, first, end: fc.boolean() }),
  fc.record({
    type: fc.constant('response' as const),
    stream,
    status: fc.integer({ min: 100, max: 999 }),
    headers,
    first,
    end: fc.boolean(),
  }),
  fc.record({ type: fc.constant('data' as const), stream, chunk: data(1), end: fc.boolean() }),
  fc.record({
    type: fc.constant('reset' as const),
    stream,
    code: fc.constantFrom(...RESET_CODES),
    detail: text,
  }),
  fc.record({ type: fc.constant('window' as const), stream, bytes: u32 }),
  fc.record({ type: fc.constantFrom('ping' as const, 'pong' as const), stamp: u53 }) as fc.Arbitrary<Frame>,
  fc.record({ type: fc.constant('goaway' as const), lastStream: u32, reason: text, retryAfterMs: u32 }),
  fc.record({ type: fc.constant('config' as const), json: text }),
);
