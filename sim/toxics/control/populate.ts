import type { ToxicProxy } from '../proxy.ts';
import type { ProxyRequest } from '../proxy-table.ts';
import { type Answer, json } from './answer.ts';
import { warningHeader } from './ignored-fields.ts';
import { firstValue } from './json-body.ts';
import { populateFromBody, proxyJson } from './proxy-body.ts';
import type { ShownProxy } from './proxy-shape.ts';
import type { Call, ControlState } from './routes.ts';
import { ToxicsError } from './toxics-error.ts';

/** What became of a list of proxies. */
export class Placed {
  /** Those in place, as they stood then. */
  readonly proxies: ShownProxy[] = [];
  /** What the list said that has no effect, in words. */
  readonly ignored: string[] = [];
}

/**
 * Creates or replaces a list of proxies. Everything is checked first; a later failure stops there.
 * @param placed filled proxy by proxy, so that it tells those before a failure
 * @throws ToxicsError
 */
export async function placeAll(
  { table, leases }: Pick<ControlState, 'table' | 'leases'>,
  list: unknown,
  placed: Placed,
): Promise<void> {
  const entries = populateFromBody(list);
  const leasesStand = (entry: ProxyRequest): void => leases.mustKnowAll(entry);
  entries.forEach(leasesStand);
  for (const [index, entry] of entries.entries()) {
    const { proxy, kept } = await table.addOrReplace(entry, leasesStand);
    placed.proxies.push(proxyJson(proxy));
    const standing = `of proxy ${index + 1} (it stands already)`;
    if (kept) placed.ignored.push(...ignoredByKept(proxy, entry).map((field) => `${field} ${standing}`));
    else placed.ignored.push(...(entry.ignored ?? []));
  }
}

/** What a proxy that stands already does not take from its entry. */
function ignoredByKept(proxy: ToxicProxy, { toxics, lease }: ProxyRequest): string[] {
  return [...(toxics?.length ? ['toxics'] : []), ...(lease && lease !== proxy.lease ? ['lease'] : [])];
}

/** POST /populate: errors are JSON with the proxies in place beside them, unlike everywhere else. */
export async function populate(call: Call): Promise<Answer> {
  const placed = new Placed();
  const { proxies, ignored } = placed;
  try {
    await placeAll(call.state, firstValue(await call.body()), placed);
    return json(201, { proxies }, warningHeader(ignored));
  } catch (error) {
    if (!(error instanceof ToxicsError)) throw error;
    return json(error.status, { error: error.message, status: error.status, proxies });
  }
}
