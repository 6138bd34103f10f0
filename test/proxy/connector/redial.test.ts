import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hours, minutes, seconds } from '../../../proxy/host/units.ts';
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

test.run();
