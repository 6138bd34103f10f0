import { HoldfastError } from '../../proxy/host/errors.ts';
import { connectorCrash } from './connector-crash.ts';
import { connectorHang } from './connector-hang.ts';
import { connectorSlow } from './connector-slow.ts';
import type { CatalogueFault } from './fault.ts';
import { linkLatency } from './link-latency.ts';
import { siteLoss } from './site-loss.ts';
import { tokenOutage } from './token-outage.ts';
import { tokenSlow } from './token-slow.ts';

/** The registry: a new fault is its file and one line here. Order is the order of the reference. */
const faults: readonly CatalogueFault[] = [
  connectorCrash,
  connectorHang,
  connectorSlow,
  siteLoss,
  linkLatency,
  tokenOutage,
  tokenSlow,
];

const byKind = new Map(faults.map((fault) => [fault.kind, fault]));

export const faultCatalogue = {
  all: faults,
  kinds: faults.map((fault) => fault.kind),
  has: (kind: string): boolean => byKind.has(kind),
  /** @throws HoldfastError ERR_FAULT_UNKNOWN */
  get(kind: string): CatalogueFault {
    const fault = byKind.get(kind);
    if (fault !== undefined) return fault;
    throw new HoldfastError('ERR_FAULT_UNKNOWN', `there is no fault "${kind}"`, {
      facts: { kind },
      hint: `known: ${[...byKind.keys()].join(', ')}`,
    });
  },
};
