import { accessTokenLifetime } from './access-token-lifetime.ts';
import type { Axis } from './axis.ts';
import { behaviour } from './behaviour.ts';
import { clientRetries } from './client-retries.ts';
import { clientRetryBudget } from './client-retry-budget.ts';
import { connectorCores } from './connector-cores.ts';
import { connectorsPerSite } from './connectors-per-site.ts';
import { detectionTime } from './detection-time.ts';
import { directoryControllers } from './directory-controllers.ts';
import { egress } from './egress.ts';
import { keysCachedFor } from './keys-cached-for.ts';
import { requestsPerSecond } from './requests-per-second.ts';
import { restartDelay } from './restart-delay.ts';
import { serviceInstances } from './service-instances.ts';
import { siteLinkLatency } from './site-link-latency.ts';
import { sites } from './sites.ts';
import { tokenLinkLatency } from './token-link-latency.ts';

/**
 * The registry: a new axis is its file and one line here. Axes are applied in this order, whatever order the sweep names
 * them in (a detection time changes the behaviour that another axis chose).
 */
export const axisCatalogue: readonly Axis[] = [
  connectorsPerSite,
  sites,
  connectorCores,
  serviceInstances,
  egress,
  restartDelay,
  siteLinkLatency,
  tokenLinkLatency,
  accessTokenLifetime,
  keysCachedFor,
  directoryControllers,
  behaviour,
  detectionTime,
  requestsPerSecond,
  clientRetries,
  clientRetryBudget,
];
