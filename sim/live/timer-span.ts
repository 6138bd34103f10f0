/** Node's timers count to 2^31 milliseconds; one set for longer fires at once. */
const longestMs = 2_147_483_647;

/** Milliseconds for a timer, or the longest it can count, which is longer than any live run. */
export function timerMs(span: number): number {
  return Math.min(span, longestMs);
}
