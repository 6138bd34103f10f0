import type { ProxyTable } from '../proxy-table.ts';
import { type Answer, NO_CONTENT } from './answer.ts';

/**
 * Removes all toxics and enables every proxy. A proxy whose port cannot be opened does not keep the others from being
 * reset; the first such error is the answer.
 */
export async function resetAll(table: ProxyTable): Promise<Answer> {
  const proxies = table.all();
  // A port that cannot be opened again after `refuse` shows below: a proxy that does not listen is enabled once more.
  await Promise.allSettled(proxies.map((proxy) => proxy.removeAllToxics()));
  const results = await Promise.allSettled(
    proxies.map((proxy) => (proxy.listening ? Promise.resolve() : proxy.enable())),
  );
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return NO_CONTENT;
}
