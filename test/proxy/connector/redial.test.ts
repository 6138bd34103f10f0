import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hours, minutes, seconds } from '../../../proxy/host/units.ts';
import { scriptedOrigin } from '../origins.ts';
import { ask } from '../protocol/ask.ts';
import { head, never } from '../protocol/tunnel-ends.ts';
import { PlayedService } from './played-service.ts';

/** Milliseconds from now to the next dial. */
async function untilDial(service: PlayedService): Promise<number> {
  const before = service.dials.length;
  const from = service.clock.now() / 1_000;
  for (let second = 0; second < 3_600 && service.dials.length === before; second++)
    await service.clock.pass(seconds(1));
  const at = service.dials[before];
  if (at === undefined) throw new Error('not dialled within an hour');
  return at - from;
}

test('a tunnel that breaks after it lived for hours is dialled again within the first delay, whatever went before', async () => {
  const service = new PlayedService();
  service.up = false;
  const connector = await service.start();
  await service.clock.pass(minutes(10));
  service.up = true;
  await untilDial(service);
  for (let round = 0; round < 10; round++) {
    await service.clock.pass(hours(2));
    service.tunnel.close({ cause: 'reset', detail: 'cut' });
    const delay = await untilDial(service);
    assert.ok(delay <= 1_010, `round ${round}: ${delay} ms`);
  }
  await connector.stop();
});

test('after a goaway the connector comes back at once, or when the service asked it to', async () => {
  const service = new PlayedService();
  const connector = await service.start();
  for (const retryAfterMs of [0, 5_000, 60_000, 0]) {
    await service.clock.pass(hours(1));
    service.tunnel.goAway('moving', retryAfterMs);
    const delay = await untilDial(service);
    assert.ok(delay >= retryAfterMs && delay <= retryAfterMs + 260, `${retryAfterMs}: ${delay} ms`);
  }
  await connector.stop();
});

test('a service that sends every tunnel away as it comes is not dialled in a tight loop', async () => {
  const service = new PlayedService();
  service.onTunnel = (tunnel) => tunnel.goAway('no room', 0);
  const connector = await service.start();
  await service.clock.pass(minutes(5));
  assert.ok(service.dials.length > 5 && service.dials.length < 60, String(service.dials.length));
  await connector.stop();
});

test('a tunnel that the service drains is kept as long as a request runs on it, then closed', async () => {
  const service = new PlayedService();
  service.configuration = JSON.stringify({ applications: [{ id: 'app', internalUrl: 'http://app.internal/' }] });
  let finish = (): void => {};
  const slow = scriptedOrigin(async () => {
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    return { kind: 'answer', response: { status: 200, headers: [], body: undefined } };
  });
  const connector = await service.start(['http://app.internal/'], slow);
  const { tunnel } = service;
  const answer = ask(tunnel, { ...head, application: 'app', timeoutUs: hours(2) }, undefined, never());
  await service.clock.pass(seconds(1));
  tunnel.goAway('instance is draining', 0);
  await service.clock.pass(hours(1));
  assert.is(tunnel.inFlight, 1);
  assert.is(tunnel.state, 'draining');
  finish();
  assert.is((await service.clock.until(answer)).kind, 'answer');
  await service.clock.pass(seconds(2));
  assert.is(tunnel.state, 'closed');
  await connector.stop();
});

test.run();
