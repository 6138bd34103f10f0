import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CancelSource } from '../../../proxy/host/cancel.ts';
import type { OriginResult } from '../../../proxy/host/message.ts';
import { seededRandom } from '../../../proxy/host/random.ts';
import { ms, seconds } from '../../../proxy/host/units.ts';
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

interface Call {
  readonly cancel: CancelSource;
  /** What the connector hears of it. */
  result: OriginResult | undefined;
}

/** The shop's backend, and a connector that calls it over a link of ten milliseconds. */
function setup() {
  const kernel = new Kernel();
  const random = seededRandom('backends');
  const backends = new Backends(kernel, smallPlan.applications, random, new Filler('L1'));
  const link = new Link(kernel, tenMs, random.fork('link'));
  const life = new Life();
  const origin = backends.origin(life, link, () => {});
  const call = (): Call => {
    const made: Call = { cancel: new CancelSource(), result: undefined };
    const request = { method: 'POST', host: '', target: '/', headers: [], body: undefined, clientAddress: '' };
    origin.exchange(internalUrlOf('shop'), request, made.cancel, {
      take: (taken) => {
        made.result = taken;
      },
    });
    return made;
  };
  return { kernel, backends, link, life, call };
}

async function outcome({ toxic, down = false }: Wrong): Promise<OriginResult | undefined> {
  const { kernel, backends, link, call } = setup();
  if (toxic !== undefined) link.install(toxic);
  if (down) backends.install('shop', { kind: 'down' });
  const made = call();
  await kernel.run(10_000_000);
  return made.result;
}

test('what a call meets, as a live connector behind a fault link meets it', async () => {
  const reset: LinkToxic = { kind: 'reset' };
  assert.is((await outcome({}))?.kind, 'answer');
  assert.is((await outcome({ down: true }))?.kind, 'unreachable', 'refused: the request never left');
  assert.is((await outcome({ toxic: reset }))?.kind, 'broken', 'the path accepted: it may have been processed');
  assert.is((await outcome({ toxic: reset, down: true }))?.kind, 'unreachable');
  assert.is(await outcome({ toxic: { kind: 'partition' } }), undefined, 'silence says nothing');
});

test('a backend that goes down takes the calls under way along, however soon it is back', async () => {
  const { kernel, backends, call } = setup();
  // thirty seconds of work
  const slow = backends.install('shop', { kind: 'slow', added: seconds(30) });
  const before = [call(), call(), call()];
  before[1]?.cancel.cancel('gave up');
  await kernel.run(1_000_000);
  const down = backends.install('shop', { kind: 'down' });
  assert.is(down.hits, 2, 'one was over');
  await kernel.run(1_009_999);
  assert.is(before[0]?.result, undefined, 'not known yet: the link takes ten milliseconds');
  await kernel.run(1_010_000);
  const refused = call();
  await kernel.run(2_000_000);
  backends.remove('shop', down);
  backends.remove('shop', slow);
  const after = call();
  await kernel.run(60_000_000);
  assert.equal(
    [...before, refused, after].map(({ result }) => result?.kind),
    ['broken', 'broken', 'broken', 'unreachable', 'answer'],
  );
  assert.is(down.hits, 3);
});

test('calls of a connector that died are not lost once more', async () => {
  const { kernel, backends, life, call } = setup();
  const made = call();
  life.die();
  assert.is(backends.install('shop', { kind: 'down' }).hits, 0);
  await kernel.run(10_000_000);
  assert.is(backends.install('shop', { kind: 'down' }).hits, 0, 'nor is it remembered');
  assert.is(made.result, undefined);
});

test('a silence also hides that a backend went down', async () => {
  const { kernel, backends, link, call } = setup();
  const made = call();
  const silence = link.install({ kind: 'partition' });
  const down = backends.install('shop', { kind: 'down' });
  await kernel.run(5_000_000);
  assert.is(made.result, undefined);
  backends.remove('shop', down);
  link.remove(silence);
  await kernel.run(6_000_000);
  assert.is(made.result?.kind, 'broken');
});

test('a call that is given up in a silence never comes to a backend', async () => {
  const { kernel, backends, link, call } = setup();
  const slow = backends.install('shop', { kind: 'slow', added: ms(1) });
  const silence = link.install({ kind: 'partition' });
  const first = call();
  const second = call();
  assert.is(link.holding, 2);
  first.cancel.cancel('gave up');
  assert.is(link.holding, 1);
  link.remove(silence);
  await kernel.run(10_000_000);
  assert.is(first.result?.kind, 'broken');
  assert.is(second.result?.kind, 'answer');
  assert.is(slow.hits, 1);
});

test.run();
