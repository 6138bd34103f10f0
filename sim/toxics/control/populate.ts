import type { ProxyRequest } from '../proxy-table.ts';
import { type Answer, json } from './answer.ts';
import { firstValue } from './json-body.ts';
import { populateFromBody, proxyJson } from './proxy-body.ts';
import type { ShownProxy } from './proxy-shape.ts';
import type { Call, ControlState } from './routes.ts';
import { ToxicsError } from './toxics-error.ts';

/**
 * Creates or replaces a list of proxies. Everything is checked first; a later failure stops there.
 * @param done gets each proxy once it is in place, also those before a failure
 * @throws ToxicsError
 */
export async function placeAll(
  { table, leases }: Pick<ControlState, 'table' | 'leases'>,
  list: unknown,
  done: ShownProxy[],
): Promise<void> {
  const entries = populateFromBody(list);
  const leasesStand = (entry: ProxyRequest): void => leases.mustKnowAll(entry);
  entries.forEach(leasesStand);
  for (const entry of entries) done.push(proxyJson(await table.addOrReplace(entry, leasesStand)));
}

/** POST /populate: errors are JSON with the proxies in place beside them, unlike everywhere else. */
export async function populate(call: Call): Promise<Answer> {
  const done: ShownProxy[] = [];
  try {
    await placeAll(call.state, firstValue(await call.body()), done);
    return json(201, { proxies: done });
  } catch (error) {
    if (!(error instanceof ToxicsError)) throw error;
    return json(error.status, { error: error.message, status: error.status, proxies: done });
  }
}
