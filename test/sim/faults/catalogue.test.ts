import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant } from '../../../proxy/host/units.ts';
import { faultCatalogue } from '../../../sim/faults/catalogue.ts';
import type { CatalogueFault } from '../../../sim/faults/fault.ts';
import type { PlannedFault } from '../../../sim/plan/plan.ts';
import { smallPlan } from '../plan/small-plan.ts';
import { recordedWorld } from './recorded-world.ts';

const targetOf = {
  connector: 'connector/paris/1',
  instance: 'service/1',
  site: 'site/paris',
  egress: 'egress/paris',
  application: 'application/shop',
  'token-service': 'token-service',
  directory: 'directory',
  link: 'connector/paris/1',
} as const;

const required: Readonly<Record<string, Record<string, unknown>>> = {
  'link latency': { latency: '100ms' },
  'token slow': { by: '2s' },
  'token errors': { rate: '10%' },
  'link bandwidth': { rate: '1Mbit/s' },
  'backend slow': { by: '2s' },
};

const planned = (definition: CatalogueFault, target: string = targetOf[definition.acts]): PlannedFault => ({
  id: 'f',
  kind: definition.kind,
  targets: [target],
  at: instant(0),
  until: null,
  parameters: definition.parameters.parse(required[definition.kind] ?? {}) as PlannedFault['parameters'],
  origin: 'schedule',
});

test('kinds and letters are unique, documentation is a sentence', () => {
  assert.is(new Set(faultCatalogue.kinds).size, faultCatalogue.kinds.length);
  assert.is(new Set(faultCatalogue.all.map(({ letter }) => letter)).size, faultCatalogue.kinds.length);
  for (const fault of faultCatalogue.all) {
    assert.match(fault.letter, /^[A-Z]$/);
    assert.match(fault.documentation, /^[A-Z].{40,}\.$/s);
  }
});

test('an unknown kind is a coded error that lists the known ones', () => {
  try {
    faultCatalogue.get('connector crsh');
    assert.unreachable();
  } catch (error) {
    assert.is((error as { code: string }).code, 'ERR_FAULT_UNKNOWN');
    assert.match((error as { hint: string }).hint, 'connector crash');
  }
});

for (const definition of faultCatalogue.all) {
  test(`${definition.kind}: touches the world once it starts, leaves nothing once healed, settles in finite time`, async () => {
    const world = recordedWorld();
    const effect = await definition.start(world, planned(definition), smallPlan);
    assert.ok(world.active.size > 0);
    assert.is(effect.hits(), 0);
    world.touch();
    assert.ok(effect.hits() > 0);
    await effect.heal();
    assert.is(world.active.size, 0);
    const settles = definition.settles(smallPlan, planned(definition));
    assert.ok(Number.isSafeInteger(settles) && settles > 0);
    assert.ok(definition.detectedWithin(smallPlan) >= 0);
  });
}

const calls = async (kind: string, target?: string): Promise<string[]> => {
  const world = recordedWorld();
  const definition = faultCatalogue.get(kind);
  await definition.start(world, planned(definition, target), smallPlan);
  return world.calls;
};

test('a crash is a kill, a hang a freeze, a site loss silence on every tunnel link of the site', async () => {
  assert.equal(await calls('connector crash'), ['+kill connector/paris/1']);
  assert.equal(await calls('connector hang'), ['+freeze connector/paris/1']);
  assert.equal(await calls('site loss'), [
    '+link service-connector connector/paris/1 {"kind":"partition"}',
    '+link service-connector connector/paris/2 {"kind":"partition"}',
  ]);
});

test('a link fault works on the hop its target has', async () => {
  const toxic = '{"kind":"latency","latency":100000,"jitter":0}';
  assert.equal(await calls('link latency', 'token-service'), [`+link service-token token-service ${toxic}`]);
  assert.equal(await calls('link latency', 'service/2'), [`+link user-service service/2 ${toxic}`]);
  assert.equal(await calls('link latency'), [`+link service-connector connector/paris/1 ${toxic}`]);
});

test('modes of the services carry their parameters', async () => {
  assert.equal(await calls('token outage'), ['+token-service outage']);
  assert.equal(await calls('token errors'), ['+token-service errors 0.1 503']);
  assert.equal(await calls('backend down'), ['+backend shop down']);
  assert.equal(await calls('shared egress down', 'egress/lyon'), [
    '+link service-connector connector/lyon/1 {"kind":"partition"}',
    '+link service-connector connector/lyon/2 {"kind":"partition"}',
  ]);
});

test.run();
