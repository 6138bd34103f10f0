/** Fields of one hop; every proxy drops them. */
const hop = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

/** Raw fields (name, value, …) without those of one hop. */
export function endToEnd(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if (!hop.has((raw[i] as string).toLowerCase())) kept.push(raw[i] as string, raw[i + 1] as string);
  }
  return kept;
}

/** The same from undici's raw buffers. */
export function endToEndBuffers(raw: readonly Buffer[]): string[] {
  return endToEnd(raw.map((part) => part.toString('latin1')));
}
