import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { micros } from '../../../proxy/host/units.ts';
import { LiveWorld } from '../../../sim/live/live-world.ts';
import { Rig } from '../../../sim/live/rig.ts';
import { smallPlan } from '../plan/small-plan.ts';
import { eventually } from './echo-link.ts';
import { FakeRoles } from './fake-roles.ts';

const fakes = new FakeRoles();
test.after(() => fakes.remove());

test('a slow connector that is killed is as slow when it comes back, until the fault is over', async () => {
  const connectors = smallPlan.topology.connectors.slice(0, 1).map((one) => ({ ...one, restartDelay: micros(0) }));
  const id = connectors[0]?.id ?? '';
  const instances = smallPlan.topology.instances.slice(0, 1);
  const plan = { ...smallPlan, topology: { ...smallPlan.topology, connectors, instances } };
  const rig = await Rig.start(plan, { toxiproxy: undefined, cli: fakes.cli });
  try {
    const world = new LiveWorld(rig);
    const pids: Array<number | undefined> = [];
    const restart = async (): Promise<void> => {
      const { pid } = rig.role(id);
      const killed = await world.kill(id);
      await killed.heal();
      await eventually(() => rig.role(id).pid !== pid, 'it is back');
    };
    const slow = await world.slow(id, 4);
    pids.push(rig.role(id).pid);
    await restart();
    pids.push(rig.role(id).pid);
    await slow.heal();
    await restart();
    assert.equal(
      fakes.lines().filter((line) => line.startsWith('connector') && line.includes('slow')),
      [`connector ${pids[0]} {"slow":4}`, `connector ${pids[1]} {"slow":4}`, `connector ${pids[1]} {"slow":1}`],
    );
  } finally {
    assert.equal(await rig.close(), []);
  }
});

test.run();
