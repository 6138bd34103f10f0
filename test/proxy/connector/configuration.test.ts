import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { AllowedUrls } from '../../../proxy/connector/allowed-urls.ts';
import { readConfiguration } from '../../../proxy/connector/configuration.ts';
import { seconds } from '../../../proxy/host/units.ts';
import { PlayedService } from './played-service.ts';

const allowed = new AllowedUrls(['http://app.internal/']);
const app = { id: 'app', internalUrl: 'http://app.internal/', singleSignOn: 'none' };
const bad: ReadonlyArray<readonly [string, string]> = [
  ['not JSON', '{'],
  ['null', 'null'],
  ['a list', '[]'],
  ['no applications', '{}'],
  ['applications that are no list', '{"applications":{}}'],
  ['null for an application', '{"applications":[null]}'],
  ['text for an application', '{"applications":["app"]}'],
  ['a list for an application', '{"applications":[[]]}'],
  ['no id', JSON.stringify({ applications: [{ ...app, id: undefined }] })],
  ['a number for an id', JSON.stringify({ applications: [{ ...app, id: 1 }] })],
  ['no internal URL', JSON.stringify({ applications: [{ ...app, internalUrl: undefined }] })],
  ['null for an internal URL', JSON.stringify({ applications: [{ ...app, internalUrl: null }] })],
  ['an unknown single sign-on', JSON.stringify({ applications: [{ ...app, singleSignOn: 'magic' }] })],
  ['a sound application beside a broken one', JSON.stringify({ applications: [app, null] })],
  ['one id twice', JSON.stringify({ applications: [app, app] })],
];

test('a configuration that is wrong anywhere is wrong, in words', () => {
  for (const [name, json] of bad) assert.type(readConfiguration(json, allowed), 'string', name);
  const read = readConfiguration(JSON.stringify({ applications: [app], later: 1 }), allowed);
  assert.equal([...(read as Map<string, unknown>)], [['app', { ...app, allowed: ['/'] }]]);
});

test('law: whatever JSON a service sends, reading it ends', () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.array(fc.jsonValue()).map((applications) => ({ applications })),
  );
  fc.assert(fc.property(value, (given) => void readConfiguration(JSON.stringify(given), allowed)));
});

for (const [name, json] of bad) {
  test(`a service that sends ${name} loses its tunnel, and the connector lives and dials again`, async () => {
    const service = new PlayedService();
    service.configuration = json;
    const connector = await service.start(['http://app.internal/']);
    await service.clock.pass(seconds(10));
    const closed = service.events.find((event) => event.name === 'tunnel.closed');
    assert.is(closed?.facts['cause'], 'protocol');
    assert.match(String(closed?.facts['detail']), /^ERR_TUNNEL_CONFIG: /);
    service.configuration = JSON.stringify({ applications: [app] });
    await service.clock.pass(seconds(60));
    assert.is(connector.openTunnels, 1);
    await connector.stop();
  });
}

test.run();
