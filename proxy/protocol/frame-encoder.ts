import { HoldfastError } from '../host/errors.ts';
import type { Frame, RequestHead, ResetFrame } from '../host/frame.ts';
import type { Chunk, HeaderPairs } from '../host/message.ts';
import { ByteWriter } from './byte-writer.ts';
import { headProblem, utf8Bytes } from './head-limits.ts';
import { DATA_CHUNK_BYTES, TEXT_BYTES_MAX } from './limits.ts';
import {
  CONFIG_BYTES_MAX,
  CONFIG_PART_BYTES,
  FLAG_END,
  FLAG_MORE,
  FRAME_BYTES_MAX,
  FRAME_TYPE,
  LENGTH_BYTES,
  RESET_CODES,
} from './wire.ts';

const utf8 = new TextEncoder();
const SMALL_BYTES = 64 + 2 * TEXT_BYTES_MAX;

/**
 * Frames in, bytes out. Throws ERR_FRAME_ENCODE for a frame that may not travel (a head over its limits, a chunk without
 * data or over 16 KiB): sessions check heads before, so that is a bug of the caller. Characters are the session's to check.
 */
export class FrameEncoder {
  readonly #out = new ByteWriter();

  /** Bytes waiting to be taken. */
  get size(): number {
    return this.#out.size;
  }

  /** The bytes of all frames added since the last call. The arrays are the caller's for good. */
  take(): Uint8Array[] {
    return this.#out.take();
  }

  add(frame: Frame): void {
    const out = this.#out;
    switch (frame.type) {
      case 'request':
        this.#head(frame.stream, frame.head, 0, frame.head.headers, frame.first, frame.end);
        return;
      case 'response':
        this.#head(frame.stream, undefined, frame.status, frame.headers, frame.first, frame.end);
        return;
      case 'data':
        this.#data(frame.stream, frame.chunk, frame.end);
        return;
      case 'config':
        this.#config(frame.json);
        return;
      default:
    }
    if (frame.type === 'hello') checkText(frame.connectorId, frame.bootNonce);
    else if (frame.type === 'hello-ack') checkText(frame.instanceId);
    out.reserve(SMALL_BYTES);
    const start = this.#begin(FRAME_TYPE[frame.type], 'stream' in frame ? frame.stream : 0);
    switch (frame.type) {
      case 'hello':
        out.u8(frame.version);
        out.u32(frame.maxStreams);
        out.u32(frame.window);
        out.u64(frame.generation);
        this.#text(frame.connectorId);
        this.#text(frame.bootNonce);
        break;
      case 'hello-ack':
        out.u32(frame.window);
        out.u32(frame.pingIntervalMs);
        this.#text(frame.instanceId);
        break;
      case 'reset':
        this.#reset(frame);
        break;
      case 'window':
        out.u32(frame.bytes);
        break;
      case 'ping':
      case 'pong':
        out.u64(frame.stamp);
        break;
      case 'goaway':
        out.u32(frame.lastStream);
        out.u32(frame.retryAfterMs);
        this.#text(shortened(frame.reason));
        break;
    }
    this.#finish(start);
  }

  #begin(type: number, stream: number): number {
    const start = this.#out.mark;
    this.#out.u32(0);
    this.#out.u8(type);
    this.#out.u32(stream);
    return start;
  }

  #finish(start: number): void {
    this.#out.patchU32(start, this.#out.mark - start - LENGTH_BYTES);
  }

  #reset(frame: ResetFrame): void {
    this.#out.u8(RESET_CODES.indexOf(frame.code));
    this.#text(shortened(frame.detail));
  }

  #text(text: string): void {
    const length = this.#out.mark;
    this.#out.u16(0);
    this.#out.patchU16(length, this.#out.text(text));
  }

  #head(
    stream: number,
    request: RequestHead | undefined,
    status: number,
    headers: HeaderPairs,
    first: Chunk | undefined,
    end: boolean,
  ): void {
    const problem = headProblem(headers, request, false);
    if (problem !== undefined) throw unencodable(problem);
    if (first !== undefined) checkChunk(first);
    const out = this.#out;
    // Limits of heads add up to less than this, first chunk included.
    out.reserve(LENGTH_BYTES + FRAME_BYTES_MAX);
    const start = this.#begin(request === undefined ? FRAME_TYPE.response : FRAME_TYPE.request, stream);
    out.u8(end ? FLAG_END : 0);
    if (request === undefined) out.u16(status);
    else out.u64(request.timeoutUs);
    this.#texts(request, headers);
    if (first !== undefined) this.#chunk(first);
    this.#finish(start);
  }

  /** The lengths of all texts, then the texts: in one go where each unit is one byte, which is nearly always. */
  #texts(request: RequestHead | undefined, headers: HeaderPairs): void {
    const out = this.#out;
    out.u16((request === undefined ? 0 : 6) + headers.length * 2);
    let all = '';
    if (request !== undefined) {
      const { method, host, target, application, user, transactionId } = request;
      out.u16(method.length);
      out.u16(host.length);
      out.u16(target.length);
      out.u16(application.length);
      out.u16(user.length);
      out.u16(transactionId.length);
      all = method + host + target + application + user + transactionId;
    }
    for (let i = 0; i < headers.length; i++) {
      const [name, value] = headers[i] as readonly [string, string];
      out.u16(name.length);
      out.u16(value.length);
      all += name + value;
    }
    const start = out.mark;
    if (out.text(all) === all.length) return;
    out.rewind(start);
    this.#textsOneByOne(request, headers, start);
  }

  /** `end`: where the lengths end. */
  #textsOneByOne(request: RequestHead | undefined, headers: HeaderPairs, end: number): void {
    const texts: string[] = [];
    if (request !== undefined) {
      const { method, host, target, application, user, transactionId } = request;
      texts.push(method, host, target, application, user, transactionId);
    }
    for (const [name, value] of headers) texts.push(name, value);
    let length = end - 2 * texts.length;
    for (const text of texts) {
      this.#out.patchU16(length, this.#out.text(text));
      length += 2;
    }
  }

  #data(stream: number, chunk: Chunk, end: boolean): void {
    checkChunk(chunk);
    this.#out.reserve(16 + chunk.bytes);
    const start = this.#begin(FRAME_TYPE.data, stream);
    this.#out.u8(end ? FLAG_END : 0);
    this.#chunk(chunk);
    this.#finish(start);
  }

  #chunk(chunk: Chunk): void {
    if (chunk.data !== undefined) this.#out.bytes(chunk.data);
  }

  #config(json: string): void {
    const bytes = utf8.encode(json);
    if (bytes.byteLength > CONFIG_BYTES_MAX) throw unencodable(`a configuration of ${bytes.byteLength} bytes`);
    let from = 0;
    do {
      const part = bytes.subarray(from, from + CONFIG_PART_BYTES);
      from += part.byteLength;
      this.#out.reserve(16 + part.byteLength);
      const start = this.#begin(FRAME_TYPE.config, 0);
      this.#out.u8(from < bytes.byteLength ? FLAG_MORE : 0);
      this.#out.bytes(part);
      this.#finish(start);
    } while (from < bytes.byteLength);
  }
}

function checkChunk(chunk: Chunk): void {
  if (chunk.bytes > DATA_CHUNK_BYTES) throw unencodable(`a chunk of ${chunk.bytes} bytes`);
  if ((chunk.data?.byteLength ?? 0) !== chunk.bytes) throw unencodable('a chunk without its data');
}

function checkText(...texts: string[]): void {
  for (const text of texts) {
    const bytes = utf8Bytes(text);
    if (bytes > TEXT_BYTES_MAX) throw unencodable(`a text of ${bytes} bytes`);
  }
}

/** Text for people is shortened to fit: 340 units are at most 1020 bytes. */
function shortened(text: string): string {
  return text.length <= 340 ? text : text.slice(0, 340);
}

function unencodable(what: string): HoldfastError {
  return new HoldfastError('ERR_FRAME_ENCODE', `this frame may not travel: ${what}`);
}
