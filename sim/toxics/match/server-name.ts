/** Reads big-endian numbers from a buffer; past its end every read is undefined. */
class Reader {
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  number(size: 1 | 2 | 3): number | undefined {
    if (this.at + size > this.#bytes.length) return undefined;
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + (this.#bytes[this.at++] as number);
    return value;
  }

  take(size: number): Uint8Array | undefined {
    if (this.at + size > this.#bytes.length) return undefined;
    this.at += size;
    return this.#bytes.subarray(this.at - size, this.at);
  }

  /** Skips a vector with a length field of `size` bytes; false when it is cut off. */
  skipVector(size: 1 | 2): boolean {
    const length = this.number(size);
    return length !== undefined && this.take(length) !== undefined;
  }
}

/**
 * The server name in a TLS ClientHello (RFC 8446, 4.1.2; RFC 6066, 3): undefined when the bytes are no ClientHello or
 * carry no name, 'more' while it is not complete. Only the first record is read, as clients put the whole hello there.
 */
export function serverName(bytes: Uint8Array): string | undefined | 'more' {
  if ((bytes[0] ?? 22) !== 22 || (bytes[1] ?? 3) !== 3) return undefined;
  const record = new Reader(bytes);
  record.take(3);
  const length = record.number(2);
  if (length === undefined) return 'more';
  const body = record.take(length);
  if (body === undefined) return 'more';
  const hello = new Reader(body);
  if (hello.number(1) !== 1 || hello.number(3) === undefined) return undefined;
  if (hello.take(34) === undefined) return undefined;
  if (!hello.skipVector(1) || !hello.skipVector(2) || !hello.skipVector(1)) return undefined;
  hello.number(2);
  for (let type = hello.number(2); type !== undefined; type = hello.number(2)) {
    const extension = hello.take(hello.number(2) ?? 0);
    if (extension === undefined) return undefined;
    if (type !== 0) continue;
    const names = new Reader(extension);
    names.number(2);
    if (names.number(1) !== 0) return undefined;
    const name = names.take(names.number(2) ?? 0);
    return name === undefined ? undefined : Buffer.from(name).toString('latin1');
  }
  return undefined;
}
