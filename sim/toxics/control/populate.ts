import type { ProxyRequest } from '../proxy-table.ts';
import { type Answer, json } from './answer.ts';
import { firstValue } from './json-body.ts';
import { populateFromBody, proxyJson } from './proxy-body.ts';
import type { Call } from './routes.ts';
import { ToxicsError } from './toxics-error.ts';

/**
 * Creates or replaces a list of proxies. Names and upstreams are checked first; a later failure stops there and the
 * answer lists the proxies that are in place. Errors are JSON with `proxies` beside them, unlike everywhere else.
 */
export async function populate(call: Call): Promise<Answer> {
  const done: object[] = [];
  try {
    const entries = populateFromBody(firstValue(await call.body()));
    const leasesStand = (entry: ProxyRequest): void => call.state.leases.mustKnowAll(entry);
    entries.forEach(leasesStand);
    for (const entry of entries) {
      done.push(proxyJson(await call.state.table.addOrReplace(entry, leasesStand)));
    }
    return json(201, { proxies: done });
  } catch (error) {
    if (!(error instanceof ToxicsError)) throw error;
    return json(error.status, { error: error.message, status: error.status, proxies: done });
  }
}
