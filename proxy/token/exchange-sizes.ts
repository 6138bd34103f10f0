/** Bytes of one exchange on the wire, heads and TLS records included. */
export interface ExchangeSize {
  readonly sent: number;
  readonly answered: number;
}

/**
 * What the live token service and its clients send each other on connections that stand, measured on the relay between
 * them. An authorization is what a browser loads for it: four requests, the page and the way back among them.
 */
export const exchangeSizes = {
  metadata: { sent: 300, answered: 1_650 },
  keys: { sent: 215, answered: 460 },
  authorize: { sent: 1_625, answered: 3_675 },
  redeem: { sent: 535, answered: 895 },
  refresh: { sent: 415, answered: 895 },
} as const satisfies Readonly<Record<string, ExchangeSize>>;
