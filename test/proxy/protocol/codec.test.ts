import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isHoldfastError } from '../../../proxy/host/errors.ts';
import type { Frame } from '../../../proxy/host/frame.ts';
import { FrameDecoder } from '../../../proxy/protocol/frame-decoder.ts';
import { FrameEncoder } from '../../../proxy/protocol/frame-encoder.ts';
import { headProblem, utf8Bytes } from '../../../proxy/protocol/head-limits.ts';
import { encodeFrame } from './encode-frame.ts';
import { anyFrame } from './frame-arbitrary.ts';

/** Pieces of `bytes` cut at `cuts` (any numbers). */
function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [0, ...cuts.map((cut) => cut % (bytes.byteLength + 1)).sort((a, b) => a - b), bytes.byteLength];
  return at.slice(1).map((end, i) => bytes.slice(at[i], end));
}

function decodeAll(decoder: FrameDecoder, parts: readonly Uint8Array[]): Frame[] {
  return parts.flatMap((part) => decoder.push(part));
}

const joined = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** Data compared by value, wherever its view lies. */
const plain = (frames: readonly Frame[]): unknown =>
  JSON.parse(JSON.stringify(frames, (_, value) => (value instanceof Uint8Array ? Array.from(value) : value)));

const frame = (type: number, stream: number, ...payload: number[]): Uint8Array =>
  new Uint8Array([0, 0, 0, 5 + payload.length, type, 0, 0, 0, stream, ...payload]);

test('any frames, cut anywhere, come out as they went in', () => {
  fc.assert(
    fc.property(fc.array(anyFrame, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 12 }), (frames, cuts) => {
      const encoder = new FrameEncoder();
      for (const each of frames) encoder.add(each);
      const decoder = new FrameDecoder();
      const back = decodeAll(decoder, pieces(joined(encoder.take()), cuts));
      assert.equal(decoder.fault, undefined);
      assert.equal(plain(back), plain(frames));
      assert.is(decoder.insideFrame, false);
    }),
  );
});

test('byte by byte', () => {
  fc.assert(
    fc.property(anyFrame, (each) => {
      const bytes = encodeFrame(each);
      const decoder = new FrameDecoder();
      const back = decodeAll(
        decoder,
        Array.from(bytes, (byte) => new Uint8Array([byte])),
      );
      assert.equal(plain(back), plain([each]));
    }),
    { numRuns: 50 },
  );
});

test('truncated input gives the frames before the cut and says that it ended inside one', () => {
  fc.assert(
    fc.property(anyFrame, anyFrame, fc.nat(), (a, b, n) => {
      const whole = encodeFrame(a);
      const second = encodeFrame(b);
      const cut = 1 + (n % (second.byteLength - 1));
      const decoder = new FrameDecoder();
      const back = decodeAll(decoder, [whole, second.slice(0, cut)]);
      assert.equal(plain(back), plain([a]));
      assert.is(decoder.fault, undefined);
      assert.is(decoder.insideFrame, true);
    }),
  );
});

test('corrupted input never throws, never hoards, and ends with a code or with sound frames', () => {
  fc.assert(
    fc.property(
      fc.array(anyFrame, { minLength: 1, maxLength: 5 }),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 6 }),
      fc.array(fc.nat(), { maxLength: 6 }),
      (frames, flips, cuts) => {
        const bytes = joined(frames.map(encodeFrame));
        for (const [at, mask] of flips) {
          const i = at % bytes.byteLength;
          bytes[i] = (bytes[i] as number) ^ mask;
        }
        const decoder = new FrameDecoder();
        for (const part of pieces(bytes, cuts)) {
          decoder.push(part);
          assert.ok(decoder.buffered <= 65_536 + 4 + bytes.byteLength);
        }
        if (decoder.fault !== undefined) {
          assert.ok(isHoldfastError(decoder.fault));
          assert.match(decoder.fault.code, /^ERR_FRAME_/);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('noise never throws and never hoards', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 8 }), (parts) => {
      const decoder = new FrameDecoder();
      decodeAll(decoder, parts);
      assert.ok(decoder.buffered <= 65_540);
    }),
    { numRuns: 500 },
  );
});

test('a length is judged before anything is kept', () => {
  const decoder = new FrameDecoder();
  decoder.push(new Uint8Array([0xff, 0xff, 0xff, 0xff]));
  assert.is(decoder.fault?.code, 'ERR_FRAME_LENGTH');
  assert.is(decoder.buffered, 0);
  assert.equal(decoder.push(frame(8, 0, 0, 0, 0, 0, 0, 0, 0, 1)), [], 'nothing after a fault');
});

test('what a decoder refuses, by code', () => {
  const code = (bytes: Uint8Array): string | undefined => {
    const decoder = new FrameDecoder();
    decoder.push(bytes);
    return decoder.fault?.code;
  };
  assert.is(code(new Uint8Array([0, 0, 0, 4, 1, 2, 3, 4])), 'ERR_FRAME_LENGTH');
  assert.is(code(new Uint8Array([0, 1, 0, 1])), 'ERR_FRAME_LENGTH');
  assert.is(code(frame(0, 0)), 'ERR_FRAME_TYPE');
  assert.is(code(frame(12, 0)), 'ERR_FRAME_TYPE');
  assert.is(code(frame(0x92, 7, 1, 2, 3)), undefined, 'ignorable');
  assert.is(code(frame(7, 1, 0, 0)), 'ERR_FRAME_SHORT');
  assert.is(code(frame(7, 1, 0, 0, 0, 1, 9)), 'ERR_FRAME_TRAILING');
  assert.is(code(frame(7, 0, 0, 0, 0, 1)), 'ERR_FRAME_VALUE', 'a window of the tunnel');
  assert.is(code(frame(8, 1, 0, 0, 0, 0, 0, 0, 0, 1)), 'ERR_FRAME_VALUE', 'a ping of a stream');
  assert.is(code(frame(8, 0, 0xff, 0, 0, 0, 0, 0, 0, 1)), 'ERR_FRAME_VALUE', 'beyond 2^53');
  assert.is(code(frame(5, 1, 0)), 'ERR_FRAME_DATA', 'an empty chunk that ends nothing');
  const large = new Uint8Array(4 + 5 + 1 + 16_385);
  large.set([0, 0, (large.byteLength - 4) >> 8, (large.byteLength - 4) & 0xff, 5, 0, 0, 0, 1]);
  assert.is(code(large), 'ERR_FRAME_DATA', 'a chunk above 16 KiB');
  assert.is(code(frame(5, 1, 2, 1)), 'ERR_FRAME_VALUE', 'unknown flag');
  assert.is(code(frame(6, 1, 99, 0, 0)), 'ERR_FRAME_VALUE', 'unknown reset code');
  assert.is(code(frame(6, 1, 1, 0, 1, 0xff)), 'ERR_FRAME_TEXT');
  assert.is(code(frame(4, 1, 0, 0, 200, 0, 2, 0, 1, 0, 3, 65, 10, 66, 67)), 'ERR_FRAME_HEADERS', 'line break');
  assert.is(code(frame(4, 1, 0, 0, 200, 0, 2, 0, 2, 0, 1, 65, 32, 66)), 'ERR_FRAME_HEADERS', 'blank in a name');
  assert.is(code(frame(4, 1, 0, 0, 200, 0, 1, 0, 1, 65)), 'ERR_FRAME_HEADERS', 'a name without a value');
  assert.is(code(frame(4, 1, 0, 0, 200, 0xff, 0xff)), 'ERR_FRAME_HEADERS', 'too many');
  assert.is(code(frame(4, 1, 0, 0, 9, 0, 0)), 'ERR_FRAME_VALUE', 'status');
  assert.is(code(frame(11, 0, 2)), 'ERR_FRAME_CONFIG', 'an empty part');
});

test('heads beyond 256 fields or 33.5 KiB are not encoded', () => {
  const response = (headers: Array<[string, string]>): (() => void) => {
    return () => encodeFrame({ type: 'response', stream: 1, status: 200, headers, first: undefined, end: true });
  };
  const fields = (n: number): Array<[string, string]> => Array.from({ length: n }, (_, i) => [`h${i}`, 'v']);
  response(fields(256))();
  assert.throws(response(fields(257)), /may not travel/);
  response([['a', 'x'.repeat(34_303)]])();
  assert.throws(response([['a', 'x'.repeat(34_304)]]), /may not travel/);
  assert.throws(response([['a', 'é'.repeat(17_152)]]), /may not travel/);
});

test('the largest head, with a first chunk, fits one frame', () => {
  const headers = Array.from({ length: 256 }, (_, i): [string, string] => [`h${i}`, 'v'.repeat(134 - `h${i}`.length)]);
  const text = 'x'.repeat(1_024);
  const names = { method: text, host: text, application: text, user: text, transactionId: text };
  const head = { ...names, target: `/${'x'.repeat(8_191)}`, headers, timeoutUs: 1 };
  const first = { bytes: 16_384, data: new Uint8Array(16_384) };
  const sent: Frame = { type: 'request', stream: 1, head, first, end: true };
  assert.is(headProblem(headers, head, true), undefined);
  assert.equal(decodeAll(new FrameDecoder(), [encodeFrame(sent)]), [sent]);
});

test('a configuration travels in parts up to 4 MiB', () => {
  const json = JSON.stringify({ text: 'wörter '.repeat(60_000) });
  const bytes = encodeFrame({ type: 'config', json });
  const decoder = new FrameDecoder();
  const back = decodeAll(decoder, [bytes.slice(0, 100_000), bytes.slice(100_000)]);
  assert.equal(back, [{ type: 'config', json }]);
  assert.throws(() => encodeFrame({ type: 'config', json: 'x'.repeat(4_194_305) }), /may not travel/);
  const endless = new FrameDecoder();
  const part = frame(11, 0, 2, ...new Array<number>(200).fill(65));
  for (let i = 0; i < 30_000 && endless.fault === undefined; i++) endless.push(part);
  assert.is(endless.fault?.code, 'ERR_FRAME_CONFIG');
  assert.is(endless.buffered, 0);
});

test('what was taken from an encoder is not written over', () => {
  const encoder = new FrameEncoder();
  const chunk = (byte: number): Frame => ({
    type: 'data',
    stream: 1,
    chunk: { bytes: 16_000, data: new Uint8Array(16_000).fill(byte) },
    end: false,
  });
  const taken: Uint8Array[] = [];
  for (let i = 0; i < 60; i++) {
    encoder.add(chunk(i));
    if (i % 7 === 0) taken.push(...encoder.take());
  }
  taken.push(...encoder.take());
  const back = decodeAll(new FrameDecoder(), taken);
  assert.is(back.length, 60);
  for (const [i, each] of back.entries()) {
    assert.ok(each.type === 'data' && each.chunk.data?.every((byte) => byte === i));
  }
});

test('utf8Bytes counts what TextEncoder writes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.is(utf8Bytes(text), new TextEncoder().encode(text).byteLength);
    }),
  );
});

test.run();
