/** A probability kept as a 32-bit float, as the real server does. Any number is accepted; at most 0 never, at least 1 always. */
export type Toxicity = number;

/** The shortest decimal that reads back as the same 32-bit float: 0.123456789 is echoed 0.12345679. */
export function toFloat32(value: number): Toxicity {
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single;
  for (let digits = 1; digits <= 9; digits++) {
    const candidate = Number(single.toPrecision(digits));
    if (Math.fround(candidate) === single) return candidate;
  }
  return single;
}
