import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hours } from '../../../proxy/host/units.ts';
import { ManualClock } from '../manual-clock.ts';
import { ProxyRig } from './proxy-rig.ts';

const undetected = { onClose: true, pingInterval: hours(1), suspectAfter: undefined, deadAfter: undefined };

test('a service that stops leaves no connection, not that of a frozen connector whose successor is here', async () => {
  const clock = new ManualClock();
  const rig = await ProxyRig.start({ clock, behaviour: { detection: undetected } });
  try {
    rig.network.silence('connector/paris/1');
    await rig.addConnector(1);
    await rig.until(() => rig.connectors[1]?.openTunnels === 1);
    assert.is(rig.service.metrics().tunnels, 1, 'of the newer one');
    assert.is(rig.network.open, 4);
    await rig.service.stop();
    await rig.until(() => rig.network.open === 0);
  } finally {
    await rig.stop();
  }
});

test('nor that of one which has not said its name', async () => {
  const rig = await ProxyRig.start({ connectors: 0, clock: new ManualClock() });
  try {
    const transport = rig.network.transport('connector/paris/1');
    await transport.dial('tunnel');
    assert.is(rig.network.open, 2);
    await rig.service.stop();
    await rig.until(() => rig.network.open === 0);
  } finally {
    await rig.stop();
  }
});

test.run();
