import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Micros, minutes, ms } from '../../../proxy/host/units.ts';
import { LiveWorld } from '../../../sim/live/live-world.ts';
import { Rig } from '../../../sim/live/rig.ts';
import type { Plan } from '../../../sim/plan/plan.ts';
import { root } from '../../repository/source-tree.ts';
import { smallPlan } from '../plan/small-plan.ts';
import { eventually } from './echo-link.ts';

const cli = path.join(root, 'dist/test/sim/live/fake-role-main.js');
const id = 'connector/paris/1';

function planWith(restartDelay: Micros): Plan {
  const { topology } = smallPlan;
  const connectors = topology.connectors
    .filter((connector) => connector.id === id)
    .map((connector) => ({ ...connector, restartDelay }));
  return { ...smallPlan, topology: { ...topology, connectors, instances: topology.instances.slice(0, 1) } };
}

async function withRig(plan: Plan, use: (rig: Rig) => Promise<void>): Promise<void> {
  const rig = await Rig.start(plan, { toxiproxy: undefined, cli });
  try {
    await use(rig);
  } finally {
    assert.equal(await rig.close(), []);
  }
}

const answers = async (rig: Rig, part: string): Promise<boolean> => (await rig.command(part, {})) !== undefined;

test('a connector is back after its restart delay and no sooner, and the heal does not wait for it; an instance comes back at once, and the heal does not wait for that either', () =>
  withRig(planWith(minutes(60)), async (rig) => {
    const world = new LiveWorld(rig);
    const crash = await world.kill(id);
    const other = await world.kill('service/1');
    await crash.heal();
    await other.heal();
    assert.is(rig.role('service/1').alive, false, 'its process is still to be started');
    await eventually(() => answers(rig, 'service/1'), 'it comes back');
    assert.is(await answers(rig, id), false);
    const again = await world.kill(id);
    assert.is(again.hits(), 1, 'it was on its way back');
    assert.is((await world.kill(id)).hits(), 0, 'and is not any more');
  }));

test('back it is another process', () =>
  withRig(planWith(ms(1)), async (rig) => {
    const before = rig.role(id).pid;
    await (await new LiveWorld(rig).kill(id)).heal();
    await eventually(() => answers(rig, id), 'it comes back');
    assert.not.equal(rig.role(id).pid, before);
    assert.is(rig.failure, undefined);
  }));

test.run();
