import type { ErrorCode } from '../host/errors.ts';
import { HoldfastError } from '../host/errors.ts';
import type { Frame, HelloFrame } from '../host/frame.ts';
import type { Chunk } from '../host/message.ts';
import { ByteReader, decodeUtf8 } from './byte-reader.ts';
import { readHeaders, readRequestHead } from './head-decoder.ts';
import { DATA_CHUNK_BYTES, STREAM_ID_MAX, TEXT_BYTES_MAX } from './limits.ts';
import { CONFIG_BYTES_MAX, FLAG_END, FLAG_MORE, FRAME_TYPE, IGNORABLE, RESET_CODES } from './wire.ts';

/** Types that belong to the tunnel, not to a stream. */
const TUNNEL_TYPES: ReadonlySet<number> = new Set([
  FRAME_TYPE.hello,
  FRAME_TYPE['hello-ack'],
  FRAME_TYPE.ping,
  FRAME_TYPE.pong,
  FRAME_TYPE.goaway,
  FRAME_TYPE.config,
]);

/** Decodes complete frames; a configuration is put together from its parts. Throws coded errors. */
export class FrameReader {
  readonly #reader = new ByteReader();
  #parts: Uint8Array[] = [];
  #partBytes = 0;

  get insideConfig(): boolean {
    return this.#parts.length > 0;
  }

  get configBytes(): number {
    return this.#partBytes;
  }

  /** Forgets a configuration that is not complete. */
  drop(): void {
    this.#parts = [];
    this.#partBytes = 0;
  }

  /** Decodes the frame in `bytes` from `from` (inclusive, after its length) to `end` (exclusive) into `frames`. */
  read(bytes: Uint8Array, from: number, end: number, frames: Frame[]): void {
    const reader = this.#reader;
    reader.begin(bytes, from, end);
    const type = reader.u8();
    const stream = reader.u32();
    if (type > FRAME_TYPE.config || type === 0) {
      if ((type & IGNORABLE) !== 0) return;
      throw fault('ERR_FRAME_TYPE', `unknown type ${type}`);
    }
    if (TUNNEL_TYPES.has(type) ? stream !== 0 : stream === 0 || stream > STREAM_ID_MAX) {
      throw fault('ERR_FRAME_VALUE', `type ${type} on stream ${stream}`);
    }
    const frame = type === FRAME_TYPE.config ? this.#config() : this.#frame(type, stream);
    if (reader.left !== 0) throw fault('ERR_FRAME_TRAILING', `${reader.left} bytes behind a frame of type ${type}`);
    if (frame !== undefined) frames.push(frame);
  }

  #frame(type: number, stream: number): Frame {
    const reader = this.#reader;
    switch (type) {
      case FRAME_TYPE.data: {
        const end = this.#flags(FLAG_END);
        const chunk = this.#chunk() ?? { bytes: 0 };
        if (chunk.bytes === 0 && !end) throw fault('ERR_FRAME_DATA', 'an empty chunk that ends nothing');
        return { type: 'data', stream, chunk, end };
      }
      case FRAME_TYPE.request: {
        const end = this.#flags(FLAG_END);
        const head = readRequestHead(reader, reader.u64());
        return { type: 'request', stream, head, first: this.#chunk(), end };
      }
      case FRAME_TYPE.response: {
        const end = this.#flags(FLAG_END);
        const status = reader.u16();
        if (status < 100 || status > 999) throw fault('ERR_FRAME_VALUE', `status ${status}`);
        return { type: 'response', stream, status, headers: readHeaders(reader), first: this.#chunk(), end };
      }
      case FRAME_TYPE.reset: {
        const number = reader.u8();
        const code = RESET_CODES[number];
        if (code === undefined) throw fault('ERR_FRAME_VALUE', `reset code ${number}`);
        return { type: 'reset', stream, code, detail: reader.text(TEXT_BYTES_MAX) };
      }
      case FRAME_TYPE.window:
        return { type: 'window', stream, bytes: reader.u32() };
      case FRAME_TYPE.ping:
        return { type: 'ping', stamp: reader.u64() };
      case FRAME_TYPE.pong:
        return { type: 'pong', stamp: reader.u64() };
      case FRAME_TYPE.goaway: {
        const lastStream = reader.u32();
        const retryAfterMs = reader.u32();
        return { type: 'goaway', lastStream, reason: reader.text(TEXT_BYTES_MAX), retryAfterMs };
      }
      case FRAME_TYPE.hello:
        return this.#hello();
      default: {
        const window = reader.u32();
        const pingIntervalMs = reader.u32();
        return { type: 'hello-ack', instanceId: reader.text(TEXT_BYTES_MAX), window, pingIntervalMs };
      }
    }
  }

  #hello(): HelloFrame {
    const reader = this.#reader;
    const version = reader.u8();
    if (version !== 1) throw fault('ERR_FRAME_VALUE', `version ${version}`);
    const maxStreams = reader.u32();
    const window = reader.u32();
    const generation = reader.u64();
    const connectorId = reader.text(TEXT_BYTES_MAX);
    const bootNonce = reader.text(TEXT_BYTES_MAX);
    return { type: 'hello', version, connectorId, bootNonce, generation, maxStreams, window };
  }

  /** True when the lowest flag is set; a flag outside `allowed` is an error. */
  #flags(allowed: number): boolean {
    const flags = this.#reader.u8();
    if ((flags & ~allowed) !== 0) throw fault('ERR_FRAME_VALUE', `flags ${flags}`);
    return flags !== 0;
  }

  /** The rest of the frame. */
  #chunk(): Chunk | undefined {
    const bytes = this.#reader.left;
    if (bytes === 0) return undefined;
    if (bytes > DATA_CHUNK_BYTES) throw fault('ERR_FRAME_DATA', `a chunk of ${bytes} bytes`);
    const data = this.#reader.view(bytes);
    // A small view would keep a large piece of input alive for as long as its reader takes.
    return { bytes, data: bytes * 4 < data.buffer.byteLength ? data.slice() : data };
  }

  #config(): Frame | undefined {
    const more = this.#flags(FLAG_MORE);
    const part = this.#reader.view(this.#reader.left);
    this.#partBytes += part.byteLength;
    if (this.#partBytes > CONFIG_BYTES_MAX || (more && part.byteLength === 0)) {
      throw fault('ERR_FRAME_CONFIG', `a configuration of more than ${CONFIG_BYTES_MAX} bytes, or an empty part`);
    }
    this.#parts.push(part.slice());
    if (more) return undefined;
    const all = new Uint8Array(this.#partBytes);
    let at = 0;
    for (const each of this.#parts) {
      all.set(each, at);
      at += each.byteLength;
    }
    this.drop();
    return { type: 'config', json: decodeUtf8(all) };
  }
}

function fault(code: ErrorCode, message: string): HoldfastError {
  return new HoldfastError(code, message);
}
