/**
 * Maximum transactions per second of one connector machine by cores, as documented (Microsoft, "Understand private
 * network connectors", capacity planning table). Four cores and more differ in latency, hardly in throughput.
 */
export const ratedThroughput: ReadonlyMap<number, number> = new Map([
  [2, 586],
  [4, 1150],
  [8, 1190],
  [16, 1200],
]);
