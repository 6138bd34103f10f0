import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seconds } from '../../../proxy/host/units.ts';
import { ManualClock } from '../manual-clock.ts';
import { ProxyRig, type RigOptions } from './proxy-rig.ts';

const twoGroups: RigOptions = {
  groups: ['near', 'far', 'near', 'far'],
  applications: [
    { id: 'shop', group: 'near', preAuthentication: 'pass-through', internalUrl: 'http://shop.internal/' },
    { id: 'wiki', group: 'far', preAuthentication: 'pass-through', externalHost: 'wiki.example' },
  ],
};

test('an instance is ready while it reaches any group: one that is gone must not take all instances out', async () => {
  const rig = await ProxyRig.start({ ...twoGroups, connectors: 2 });
  try {
    assert.ok(rig.service.ready());
    assert.equal(rig.service.metrics().groupConnectors, { near: 1, far: 1 });
    await rig.connectors[1]?.stop();
    await rig.until(() => rig.service.metrics().tunnels === 1);
    assert.ok(rig.service.ready());
    assert.equal(rig.service.metrics().groupConnectors, { near: 1, far: 0 });
    await rig.connectors[0]?.stop();
    await rig.until(() => rig.service.metrics().tunnels === 0);
    assert.not.ok(rig.service.ready(), 'nobody could be served');
    await rig.addConnector(3);
    await rig.until(() => rig.service.ready());
    await rig.service.drain(seconds(1));
    assert.not.ok(rig.service.ready(), 'it is going away');
  } finally {
    await rig.stop();
  }
});

test('a starting instance waits for every group, for as long as it is patient', async () => {
  const clock = new ManualClock();
  const rig = await ProxyRig.start({ ...twoGroups, connectors: 1, clock });
  try {
    assert.is(rig.service.metrics().groupConnectors['near'], 1);
    assert.not.ok(rig.service.ready());
    await clock.pass(seconds(5));
    assert.ok(rig.service.ready());
  } finally {
    await rig.stop();
  }
});

test.run();
