import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { micros, ms } from '../../../proxy/host/units.ts';
import type { LinkToxic } from '../../../sim/faults/world.ts';
import type { FaultLinks } from '../../../sim/live/fault-links.ts';
import { HopLinks } from '../../../sim/live/hop-links.ts';
import { toxicBody } from '../../../sim/live/toxic-body.ts';
import type { LinkPlan } from '../../../sim/plan/plan.ts';

/** The toxics that stand on a link of this plan. */
async function standing(plan: LinkPlan): Promise<LinkToxic[]> {
  const toxics: LinkToxic[] = [];
  const links: Pick<FaultLinks, 'open' | 'apply'> = {
    open: async (name) => ({ name, listen: '127.0.0.1:1' }),
    apply: async (_names, toxic) => {
      toxics.push(toxic);
      return { remove: async () => {} };
    },
  };
  await new HopLinks(links).open('user-service', ['service/1'], 'front', '127.0.0.1:2', plan);
  return toxics;
}

const link = (latency: number, jitter: number): LinkPlan => ({
  latency: ms(latency),
  jitter: ms(jitter),
  bytesPerSecond: null,
});

test('a link delays by its latency and up to its jitter more, never less, and half the jitter more on average', () =>
  fc.assert(
    fc.asyncProperty(fc.nat(200), fc.integer({ min: 1, max: 400 }), async (latency, jitter) => {
      const [toxic] = await standing(link(latency, jitter));
      assert.ok(toxic);
      const { attributes } = toxicBody(toxic, 'upstream', 'one');
      const [middle = 0, spread = 0] = [attributes['latency'], attributes['jitter']];
      // what a Toxiproxy draws: whole milliseconds from [middle - spread, middle + spread)
      assert.ok(middle - spread >= latency, `from ${middle - spread}`);
      assert.ok(middle + spread - 1 <= latency + jitter, `to ${middle + spread - 1}`);
      assert.ok(Math.abs(middle - 0.5 - (latency + jitter / 2)) <= 0.5, `${middle} ± ${spread}`);
    }),
  ));

test('a link without a delay has no toxic, one without jitter a plain one', async () => {
  assert.equal(await standing(link(0, 0)), []);
  assert.equal(await standing(link(7, 0)), [{ kind: 'latency', latency: ms(7), jitter: micros(0) }]);
});

test('a jitter that a fault asks for goes both ways around its latency', () => {
  const { attributes } = toxicBody({ kind: 'latency', latency: ms(200), jitter: ms(50) }, 'upstream', 'one');
  assert.equal(attributes, { latency: 200, jitter: 50 });
});

test.run();
