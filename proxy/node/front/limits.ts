/** What the front takes from strangers. Times in milliseconds, sizes in bytes. */
export interface FrontLimits {
  /** Request head; Kerberos users need 32 KB, which is also the most a tunnel carries. Beyond: 431. */
  readonly maxHeaderBytes: number;
  /** Beyond: 431. Node itself would cut silently at its own limit, so we count. */
  readonly maxHeaderFields: number;
  /** Request target. Beyond: 414. */
  readonly maxTargetBytes: number;
  /** From the first byte (or the accept) to the end of the head. Beyond: 408. */
  readonly headTimeoutMs: number;
  /**
   * A client is waited for at most this long until the next `bodyLeastBytes` of a request body have come (408), or until it
   * has taken as many of its answers (cut, up to half as much later).
   */
  readonly bodyIdleMs: number;
  /** 1: any byte will do, for applications to which rare events are streamed. */
  readonly bodyLeastBytes: number;
  /**
   * Silence inside the body of an answer before the connection is cut; the last resort behind the connector, which gives up
   * after the backend timeout, so longer than the longest of those.
   */
  readonly answerIdleMs: number;
  /** Silence between requests on a kept connection. */
  readonly keepAliveMs: number;
  /** Silence in both directions of an upgraded connection. */
  readonly upgradeIdleMs: number;
  readonly maxConnections: number;
}

export const defaultFrontLimits: FrontLimits = {
  maxHeaderBytes: 16 * 1024,
  maxHeaderFields: 200,
  maxTargetBytes: 8 * 1024,
  headTimeoutMs: 15_000,
  bodyIdleMs: 60_000,
  // 240 bytes a second, below any line that is in use
  bodyLeastBytes: 14_400,
  answerIdleMs: 300_000,
  keepAliveMs: 65_000,
  upgradeIdleMs: 3_600_000,
  maxConnections: 20_000,
};
