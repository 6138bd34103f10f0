import type { ToxicProxy } from '../proxy.ts';
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
    proxies.map((proxy) => (proxy.listening || proxy.removed ? Promise.resolve() : enable(proxy))),
  );
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return NO_CONTENT;
}

async function enable(proxy: ToxicProxy): Promise<void> {
  try {
    await proxy.enable();
  } catch (error) {
    // One that was deleted meanwhile need not be reset.
    if (!proxy.removed) throw error;
  }
}
