import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CancelSource } from '../../../proxy/host/cancel.ts';
import type { OriginResult } from '../../../proxy/host/message.ts';
import { seededRandom } from '../../../proxy/host/random.ts';
import type { LinkToxic } from '../../../sim/faults/world.ts';
import { Backends, internalUrlOf } from '../../../sim/virtual/backends.ts';
import { Filler } from '../../../sim/virtual/filler.ts';
import { Kernel } from '../../../sim/virtual/kernel.ts';
import { Life } from '../../../sim/virtual/life.ts';
import { Link } from '../../../sim/virtual/link.ts';
import { smallPlan } from '../plan/small-plan.ts';
import { tenMs } from './small-world.ts';

interface Wrong {
  readonly toxic?: LinkToxic;
  readonly down?: boolean;
}

/** What a connector hears of one call of the shop's backend. */
async function outcome({ toxic, down = false }: Wrong): Promise<OriginResult | undefined> {
  const kernel = new Kernel();
  const random = seededRandom('backends');
  const backends = new Backends(kernel, smallPlan.applications, random, new Filler('L1'));
  const link = new Link(kernel, tenMs, random.fork('link'));
  if (toxic !== undefined) link.install(toxic);
  if (down) backends.install('shop', { kind: 'down' });
  let result: OriginResult | undefined;
  const request = { method: 'POST', host: '', target: '/', headers: [], body: undefined, clientAddress: '' };
  backends
    .origin(new Life(), link, () => {})
    .exchange(internalUrlOf('shop'), request, new CancelSource(), {
      take: (taken) => {
        result = taken;
      },
    });
  await kernel.run(10_000_000);
  return result;
}

test('what a call meets, as a live connector behind a fault link meets it', async () => {
  const reset: LinkToxic = { kind: 'reset' };
  assert.is((await outcome({}))?.kind, 'answer');
  assert.is((await outcome({ down: true }))?.kind, 'unreachable', 'refused: the request never left');
  assert.is((await outcome({ toxic: reset }))?.kind, 'broken', 'the path accepted: it may have been processed');
  assert.is((await outcome({ toxic: reset, down: true }))?.kind, 'unreachable');
  assert.is(await outcome({ toxic: { kind: 'partition' } }), undefined, 'silence says nothing');
});

test.run();
