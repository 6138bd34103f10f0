/**
 * The target of the HTTP/1 request that `bytes` begin with: undefined when they are no request, 'more' while the first
 * line is not complete. A target is never the word `more`: it starts with a slash, a scheme or a star.
 */
export function requestPath(bytes: Uint8Array): string | undefined | 'more' {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const line = /^([A-Z]{1,20}) (\S{1,3000}) HTTP\/1\.[01]\r?\n/.exec(text);
  if (line !== null) return line[2];
  return !text.includes('\n') && /^[A-Z]{0,20}(?: (?:\S{0,3000}(?: [HTP/1.\r]{0,9})?)?)?$/.test(text)
    ? 'more'
    : undefined;
}
