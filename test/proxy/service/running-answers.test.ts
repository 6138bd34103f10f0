import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { OriginResult, UpgradeStream } from '../../../proxy/host/message.ts';
import { ms, seconds } from '../../../proxy/host/units.ts';
import { hardened } from '../../../proxy/policy/behaviour.ts';
import { scriptedOrigin } from '../origins.ts';
import { OpenBody } from './open-body.ts';
import { ProxyRig } from './proxy-rig.ts';

/** Answers `/socket` with 101, `/stream` with a body that stays open, all else with 200. */
function origin(bodies: OpenBody[]): ReturnType<typeof scriptedOrigin> {
  return scriptedOrigin(async (_url, request): Promise<OriginResult> => {
    if (request.target === '/whole') return { kind: 'answer', response: { status: 200, headers: [], body: undefined } };
    const body = new OpenBody();
    bodies.push(body);
    if (request.target === '/stream') return { kind: 'answer', response: { status: 200, headers: [], body } };
    const upgrade: UpgradeStream = {
      fromOrigin: body,
      sendToOrigin: () => {},
      endToOrigin: () => body.give(undefined),
    };
    return { kind: 'answer', response: { status: 101, headers: [], body: undefined, upgrade } };
  });
}

const socket = (rig: ProxyRig): Promise<UpgradeStream> =>
  rig
    .ask(rig.request('/socket', [['upgrade', 'websocket'], ...rig.request('/').headers]))
    .then(({ status, upgrade }) => {
      assert.is(status, 101);
      return upgrade as UpgradeStream;
    });

test('a WebSocket holds its place until both directions ended, or until it is cut', async () => {
  const bodies: OpenBody[] = [];
  const rig = await ProxyRig.start({ origin: origin(bodies) });
  try {
    const first = await socket(rig);
    assert.is(rig.service.metrics().inFlight, 1);
    first.endToOrigin();
    assert.is(rig.service.metrics().inFlight, 1, 'the other direction runs');
    assert.is(await first.fromOrigin.pull(), undefined);
    assert.is(rig.service.metrics().inFlight, 0);
    const second = await socket(rig);
    assert.is(rig.service.metrics().inFlight, 1);
    second.fromOrigin.cancel('client gone');
    assert.is(rig.service.metrics().inFlight, 0);
    const third = await socket(rig);
    const pulled = third.fromOrigin.pull() as Promise<unknown>;
    await rig.connectors[0]?.stop();
    await pulled.then(
      () => assert.unreachable('a lost tunnel is no end'),
      () => undefined,
    );
    assert.is(rig.service.metrics().inFlight, 0);
  } finally {
    await rig.stop();
  }
});

test('a connector full of WebSockets does not attract the others’ requests', async () => {
  const bodies: OpenBody[] = [];
  const rig = await ProxyRig.start({
    origin: origin(bodies),
    behaviour: { ...hardened, balancer: 'p2c-peak-ewma' },
    connector: { maxConcurrent: 2 },
  });
  try {
    await socket(rig);
    await socket(rig);
    await rig.addConnector(2);
    await rig.until(() => rig.service.metrics().tunnels === 2);
    for (let i = 0; i < 100; i++) assert.is((await rig.ask(rig.request('/whole'))).status, 200);
    assert.is(rig.service.metrics().retried, 0);
  } finally {
    await rig.stop();
  }
});

test('a drain waits for the last byte of a streamed answer, and refuses what comes meanwhile at once', async () => {
  const bodies: OpenBody[] = [];
  // long enough that the test would hang if anybody waited for a connector
  const rig = await ProxyRig.start({ origin: origin(bodies), behaviour: { connectorWait: seconds(3600) } });
  try {
    const { body } = await rig.ask(rig.request('/stream'));
    let drained = false;
    const drain = rig.service.drain(seconds(3600)).then(() => {
      drained = true;
    });
    const refused = await rig.ask(rig.request('/whole'), 3_600_000).then(async (early) =>
      // the first slice of GOAWAYs may not be out yet
      early.status === 200 ? rig.ask(rig.request('/whole'), 3_600_000) : early,
    );
    assert.is(refused.proxyCause, 'draining');
    assert.is(refused.status, 503);
    const pulled = body?.pull();
    bodies[0]?.give({ bytes: 5 });
    assert.is((await pulled)?.bytes, 5);
    assert.not.ok(drained, 'the answer is not over');
    const last = body?.pull();
    bodies[0]?.give(undefined);
    assert.is(await last, undefined);
    await drain;
  } finally {
    await rig.stop();
  }
});

test('a backend that falls silent inside its answer is cut after its time', async () => {
  const bodies: OpenBody[] = [];
  const rig = await ProxyRig.start({ origin: origin(bodies), application: { backendTimeout: ms(50) } });
  try {
    const { status, body } = await rig.ask(rig.request('/stream'));
    assert.is(status, 200);
    try {
      await body?.pull();
      assert.unreachable('nothing came');
    } catch (error) {
      assert.match(String(error), /backend-timeout/);
    }
    assert.ok(bodies[0]?.cancelled);
    assert.is(rig.service.metrics().inFlight, 0);
    await rig.until(() => rig.connectors[0]?.inFlight === 0);
  } finally {
    await rig.stop();
  }
});

test.run();
