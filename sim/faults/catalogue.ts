import { HoldfastError } from '../../proxy/host/errors.ts';
import { backendDown } from './backend-down.ts';
import { backendSlow } from './backend-slow.ts';
import { connectorCrash } from './connector-crash.ts';
import { connectorHang } from './connector-hang.ts';
import { connectorSlow } from './connector-slow.ts';
import { directoryDown } from './directory-down.ts';
import { egressDown } from './egress-down.ts';
import type { CatalogueFault } from './fault.ts';
import { instanceCrash } from './instance-crash.ts';
import { linkBandwidth } from './link-bandwidth.ts';
import { linkLatency } from './link-latency.ts';
import { linkPartition } from './link-partition.ts';
import { linkReset } from './link-reset.ts';
import { siteLoss } from './site-loss.ts';
import { tokenErrors } from './token-errors.ts';
import { tokenOutage } from './token-outage.ts';
import { tokenSlow } from './token-slow.ts';

/** The registry: a new fault is its file and one line here. Order is the order of the reference. */
const faults: readonly [CatalogueFault, ...CatalogueFault[]] = [
  connectorCrash,
  connectorHang,
  connectorSlow,
  instanceCrash,
  siteLoss,
  egressDown,
  linkLatency,
  linkBandwidth,
  linkPartition,
  linkReset,
  tokenOutage,
  tokenSlow,
  tokenErrors,
  backendDown,
  backendSlow,
  directoryDown,
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
