import { micros } from '../../proxy/host/units.ts';
import type { Hop, LinkToxic } from '../faults/world.ts';
import type { LinkPlan } from '../plan/plan.ts';
import type { FaultLinks } from './fault-links.ts';

/** The links of a run by hop and by the parts at their ends, as the World port names them; each as the plan says it is. */
export class HopLinks {
  readonly #links: Pick<FaultLinks, 'open' | 'apply'>;
  readonly #names = new Map<string, string[]>();

  constructor(links: Pick<FaultLinks, 'open' | 'apply'>) {
    this.#links = links;
  }

  /**
   * Opens a link to `upstream` that belongs to these parts, with its own latency and bandwidth.
   * @returns `host:port` to connect to
   * @throws HoldfastError ERR_TOXIPROXY
   */
  async open(hop: Hop, parts: readonly string[], name: string, upstream: string, plan: LinkPlan): Promise<string> {
    const safe = name.replaceAll('/', '-');
    const opened = await this.#links.open(safe, upstream);
    for (const part of parts) {
      const key = `${hop} ${part}`;
      this.#names.set(key, [...(this.#names.get(key) ?? []), safe]);
    }
    for (const toxic of standing(plan)) await this.#links.apply([safe], toxic);
    return opened.listen;
  }

  of(hop: Hop, part: string): readonly string[] {
    return this.#names.get(`${hop} ${part}`) ?? [];
  }
}

/** The link's own latency and bandwidth, there for the whole run. */
function standing(link: LinkPlan): LinkToxic[] {
  const toxics: LinkToxic[] = [];
  // a toxic's jitter goes both ways, a link's own is added
  const half = link.jitter / 2;
  if (link.latency > 0 || link.jitter > 0) {
    toxics.push({ kind: 'latency', latency: micros(link.latency + half), jitter: micros(half) });
  }
  if (link.bytesPerSecond !== null) toxics.push({ kind: 'bandwidth', bytesPerSecond: link.bytesPerSecond });
  return toxics;
}
