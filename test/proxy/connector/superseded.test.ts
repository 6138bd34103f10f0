import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hours, minutes, seconds } from '../../../proxy/host/units.ts';
import { supersededReason } from '../../../proxy/policy/supersession.ts';
import { PlayedService } from './played-service.ts';

test('a connector whose tunnels a newer one takes again and again gives up, says why, and stays away', async () => {
  const service = new PlayedService();
  service.onTunnel = (tunnel) => tunnel.goAway(supersededReason, 0);
  const connector = await service.start();
  let code = '';
  void connector.gaveUp.then((error) => {
    code = error.code;
    assert.match(error.message, 'connector/1');
    assert.match(error.hint ?? '', 'storeFile');
  });
  await service.clock.pass(minutes(20));
  assert.is(code, 'ERR_CONNECTOR_SUPERSEDED');
  assert.ok(service.dials.length >= 5 && service.dials.length < 60, String(service.dials.length));
  const { length } = service.dials;
  await service.clock.pass(hours(1));
  assert.is(service.dials.length, length);
  assert.ok(service.events.some(({ name }) => name === 'connector.superseded'));
});

test('it does not give up for one of before that the service still takes for alive, nor for a goaway of another kind', async () => {
  const service = new PlayedService();
  service.onTunnel = (tunnel) => tunnel.goAway(supersededReason, 0);
  const connector = await service.start();
  let given = false;
  void connector.gaveUp.then(() => {
    given = true;
  });
  // as long as the silence of a dead process is not noticed
  await service.clock.pass(seconds(30));
  service.onTunnel = (tunnel) => tunnel.goAway('moving', 0);
  await service.clock.pass(minutes(20));
  service.onTunnel = () => {};
  await service.clock.pass(minutes(2));
  assert.is(given, false);
  assert.is(connector.openTunnels, 1);
  await connector.stop();
});

test.run();
