import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Origin, OriginResult, RequestMessage, ResponseMessage } from '../../../proxy/host/message.ts';
import { hours, ms, seconds } from '../../../proxy/host/units.ts';
import { hardened } from '../../../proxy/policy/behaviour.ts';
import { ManualClock } from '../manual-clock.ts';
import { scriptedOrigin } from '../origins.ts';
import { drainBody } from './drain-body.ts';
import { OpenBody } from './open-body.ts';
import { ProxyRig, type RigOptions } from './proxy-rig.ts';

const answer: OriginResult = { kind: 'answer', response: { status: 200, headers: [], body: undefined } };
const aborted: OriginResult = { kind: 'broken', detail: 'aborted' };

/** A rig whose backends have 2 s. */
function rigged(clock: ManualClock, origin: Origin, options: RigOptions = {}): Promise<ProxyRig> {
  return ProxyRig.start({ application: { backendTimeout: seconds(2) }, ...options, origin, clock });
}

const never = (): Promise<OriginResult> => new Promise(() => {});

/** Reads the whole request, then answers `span` milliseconds later. */
function answering(clock: ManualClock, span: number): Origin {
  return scriptedOrigin(async (_url, request, cancel) => {
    await drainBody(request.body);
    await clock.sleep(ms(span), cancel);
    return cancel.cancelled ? aborted : answer;
  });
}

const upload = (rig: ProxyRig, body: OpenBody): RequestMessage => ({ ...rig.request('/file'), method: 'PUT', body });

/** Asks without an end to the user's patience; `of` tells what has come so far. */
function asked(rig: ProxyRig, request: RequestMessage): { readonly of: () => ResponseMessage | undefined } {
  let got: ResponseMessage | undefined;
  void rig.ask(request, 3_600_000).then((response) => {
    got = response;
  });
  return { of: () => got };
}

test('an upload may take longer than the backend’s time, which counts from its end', async () => {
  const clock = new ManualClock();
  const rig = await rigged(clock, answering(clock, 1_900));
  try {
    const body = new OpenBody();
    const { of } = asked(rig, upload(rig, body));
    for (let i = 0; i < 10; i++) {
      await clock.pass(seconds(7.5));
      body.give({ bytes: 10_000 });
    }
    await clock.pass(seconds(7.5));
    assert.is(of(), undefined, 'the upload moves');
    body.give(undefined);
    await clock.pass(seconds(1.95));
    assert.is(of()?.status, 200);
  } finally {
    await rig.stop();
  }
});

test('a backend that got the whole upload has its time, no more', async () => {
  const clock = new ManualClock();
  const rig = await rigged(clock, answering(clock, 60_000));
  try {
    const body = new OpenBody();
    const { of } = asked(rig, upload(rig, body));
    await clock.pass(seconds(30));
    body.give({ bytes: 10 });
    body.give(undefined);
    await clock.pass(seconds(1.9));
    assert.is(of(), undefined);
    await clock.pass(seconds(0.2));
    assert.is(of()?.proxyCause, 'backend-timeout');
    assert.is(rig.connectors[0]?.inFlight, 0);
  } finally {
    await rig.stop();
  }
});

test('a backend that reads no more of an upload is given up after its time', async () => {
  const stuck = scriptedOrigin(async (_url, request, cancel) => {
    await request.body?.pull();
    await new Promise<void>((resolve) => cancel.onCancel(() => resolve()));
    return aborted;
  });
  const clock = new ManualClock();
  const rig = await rigged(clock, stuck);
  try {
    const body = new OpenBody();
    const { of } = asked(rig, upload(rig, body));
    await clock.pass(seconds(1));
    // more than the windows on the way hold
    for (let i = 0; i < 5; i++) {
      body.give({ bytes: 30_000 });
      await clock.pass(1);
    }
    await clock.pass(seconds(1.9));
    assert.is(of(), undefined);
    await clock.pass(seconds(0.2));
    assert.is(of()?.proxyCause, 'backend-timeout');
  } finally {
    await rig.stop();
  }
});

test('a connector that freezes inside an upload is given up where nobody looks for silence', async () => {
  const detection = { onClose: true, pingInterval: seconds(10), suspectAfter: undefined, deadAfter: undefined };
  const clock = new ManualClock();
  const rig = await rigged(clock, scriptedOrigin(never), {
    behaviour: { detection },
    connector: { deadAfter: hours(1) },
  });
  try {
    const body = new OpenBody();
    const { of } = asked(rig, upload(rig, body));
    await clock.pass(seconds(1));
    rig.network.silence('connector/paris/1');
    body.give({ bytes: 10 });
    await clock.pass(1);
    body.give(undefined);
    await clock.pass(seconds(8.9));
    assert.is(of(), undefined, 'the backend may still read what the connector holds');
    await clock.pass(seconds(0.2));
    assert.is(of()?.proxyCause, 'backend-timeout');
    assert.is(rig.service.metrics().inFlight, 0);
  } finally {
    await rig.stop();
  }
});

test('the wait for a connector is not taken from the backend’s time', async () => {
  const clock = new ManualClock();
  const rig = await rigged(clock, answering(clock, 1_900), {
    connectors: 0,
    behaviour: { connectorWait: seconds(20) },
  });
  try {
    const { of } = asked(rig, rig.request('/a'));
    await clock.pass(seconds(10));
    await rig.addConnector(1, { application: { backendTimeout: seconds(2) } });
    await clock.pass(seconds(1.8));
    assert.is(of(), undefined);
    await clock.pass(seconds(0.2));
    assert.is(of()?.status, 200);
  } finally {
    await rig.stop();
  }
});

test('an attempt at another connector has the backend’s whole time', async () => {
  const detection = { onClose: true, pingInterval: seconds(10), suspectAfter: undefined, deadAfter: undefined };
  let reached = 0;
  const clock = new ManualClock();
  const rig = await rigged(
    clock,
    scriptedOrigin(async (_url, _request, cancel) => {
      reached += 1;
      await clock.sleep(ms(1_900), cancel);
      return cancel.cancelled ? aborted : answer;
    }),
    { behaviour: { ...hardened, detection, connectorWait: seconds(20) }, connector: { deadAfter: hours(1) } },
  );
  try {
    const { of } = asked(rig, rig.request('/a'));
    await clock.pass(ms(100));
    rig.network.silence('connector/paris/1');
    await clock.pass(seconds(6));
    await rig.addConnector(2);
    rig.network.cut('connector/paris/1');
    await clock.pass(seconds(1.85));
    assert.is(of(), undefined);
    await clock.pass(seconds(0.2));
    assert.is(of()?.status, 200);
    assert.is(reached, 2);
    assert.is(rig.service.metrics().retried, 1);
  } finally {
    await rig.stop();
  }
});

test('an application that had its time is not asked again through another connector', async () => {
  let reached = 0;
  const hung = scriptedOrigin(async (_url, _request, cancel) => {
    reached += 1;
    await new Promise<void>((resolve) => cancel.onCancel(() => resolve()));
    return aborted;
  });
  const clock = new ManualClock();
  const rig = await rigged(clock, hung, { connectors: 2, behaviour: hardened });
  try {
    const { of } = asked(rig, rig.request('/a'));
    await clock.pass(seconds(2.1));
    assert.is(of()?.proxyCause, 'backend-timeout');
    assert.is(reached, 1);
    assert.is(rig.service.metrics().retried, 0);
  } finally {
    await rig.stop();
  }
});

test.run();
