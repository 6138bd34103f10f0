import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Origin } from '../../../proxy/host/message.ts';
import { hours, ms, seconds } from '../../../proxy/host/units.ts';
import { openConnectorTunnel } from '../../../proxy/protocol/handshake.ts';
import { ManualClock } from '../manual-clock.ts';
import { scriptedOrigin } from '../origins.ts';
import { OpenBody } from './open-body.ts';
import { ProxyRig } from './proxy-rig.ts';

/** Every answer stays open until its body is given an end. */
const streaming = (bodies: OpenBody[]): Origin =>
  scriptedOrigin(async () => {
    const body = new OpenBody();
    bodies.push(body);
    return { kind: 'answer', response: { status: 200, headers: [], body } };
  });

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

test('a tunnel that opens while the instance drains is told to leave, and no request goes there', async () => {
  const clock = new ManualClock();
  const bodies: OpenBody[] = [];
  const rig = await ProxyRig.start({ clock, origin: streaming(bodies), application: { backendTimeout: hours(1) } });
  try {
    const { body } = await rig.ask(rig.request('/'));
    const conn = await rig.network.transport('connector/paris/2').dial('tunnel');
    const drained = rig.service.drain(hours(1));
    await clock.pass(ms(100));
    const told: string[] = [];
    const late = await openConnectorTunnel(conn, clock, {
      connectorId: 'connector/paris/2',
      bootNonce: 'b',
      generation: 1,
      maxStreams: 10,
      window: 65_536,
      liveness: { pingInterval: seconds(1), suspectAfter: undefined, deadAfter: undefined },
      helloTimeout: seconds(5),
      onStream: () => told.push('a request'),
    });
    late.onGoAway((reason) => told.push(reason));
    const refused = await clock.until(rig.ask(rig.request('/')));
    assert.is(refused.proxyCause, 'draining');
    assert.equal(told, ['instance is draining']);
    assert.equal(rig.service.metrics().groupConnectors, { default: 0 });
    bodies[0]?.give(undefined);
    assert.is(await body?.pull(), undefined);
    await clock.until(drained);
    await rig.until(() => late.state === 'closed');
  } finally {
    await rig.stop();
  }
});

test('a drain with many tunnels tells all of them in half of its time, and ends in time', async () => {
  const clock = new ManualClock();
  const bodies: OpenBody[] = [];
  const rig = await ProxyRig.start({ clock, origin: streaming(bodies), connector: { tunnels: 8 } });
  try {
    await clock.pass(seconds(4));
    assert.is(rig.service.metrics().tunnels, 8);
    await rig.ask(rig.request('/'));
    let over = false;
    const drained = rig.service.drain(ms(80)).then(() => {
      over = true;
    });
    await clock.pass(ms(41));
    assert.equal(rig.service.metrics().groupConnectors, { default: 0 }, 'all are told');
    assert.not.ok(over, 'a request still runs');
    await clock.pass(ms(40));
    assert.ok(over);
    await drained;
  } finally {
    await rig.stop();
  }
});

test.run();
